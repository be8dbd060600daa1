package org.maliang.model.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Tensor;

/**
 * One pass through the model, of pieces of several texts. Texts that go on by one token and lie beside each other in the arena
 * pass through attention together. The scope a step is made and run in owns its tensors.
 */
final class Step {

    private static final int MANY = 8; // texts, whose tokens are worth a second thread

    private final Decoder decoder;
    private final Arena arena;
    private final List<Piece> pieces = new ArrayList<>();

    /** Some tokens of a text, the last it has if {@code complete}. */
    private record Piece(Sequence text, long[] ids, boolean complete) {

        /** The positions whose scores are needed, where the piece ends before position {@code end} of the pass. */
        LongStream wanted(long end) {
            return complete ? LongStream.range(end - 1 - text.guessed(), end) : LongStream.empty();
        }

        /** Whether {@code next} goes on by one token as this does, behind it in the arena. */
        boolean joins(Piece next, boolean mixesLengths) {
            return ids.length == 1
                    && next.ids.length == 1
                    && text.job.blocks == next.text.job.blocks
                    && text.start() + text.job.blocks == next.text.start()
                    && (mixesLengths
                            || text.cache().length() == next.text.cache().length());
        }
    }

    /** Hears the scores after a text that has been read to its end. */
    @FunctionalInterface
    interface Reader {

        /** The row of its last token begins at {@code first}, a row for every guess follows. */
        void scores(Sequence text, float[] scores, int first);
    }

    Step(Decoder decoder, Arena arena) {
        this.decoder = decoder;
        this.arena = arena;
    }

    /** Reads {@code count} more tokens of a text and, when these are the last it has, what it guesses after them. */
    void add(Sequence text, int count) {
        boolean complete = count == text.unread();
        pieces.add(new Piece(text, text.next(count, decoder.config().vocabularySize()), complete));
    }

    /** Nothing to read. */
    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** How many tokens it reads. */
    long positions() {
        return pieces.stream().mapToLong(piece -> piece.ids().length).sum();
    }

    List<Sequence> texts() {
        return pieces.stream().map(Piece::text).toList();
    }

    /** The scores after all wanted positions: {@code [wanted * vocabulary]}. */
    float[] run() {
        pieces.sort(Comparator.comparingInt(piece -> piece.text().start()));
        Tensor hidden = decoder.hidden(Input.beside(inputs())); // [1, time, hidden], or [texts, 1, hidden]
        Tensor row = hidden.view(1, -1, hidden.size(-1));
        long[] at = wanted();
        if (at.length == 0) {
            return new float[0];
        }
        Tensor last = at.length == row.size(1)
                ? row
                : row.indexSelect(1, Tensor.of(at, at.length).to(decoder.device()));
        return decoder.logits(last).toFloats();
    }

    private List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        for (int from = 0; from < pieces.size(); ) {
            int to = from + 1;
            while (to < pieces.size() && pieces.get(to - 1).joins(pieces.get(to), decoder.mixesLengths())) {
                to++;
            }
            inputs.add(
                    pieces.get(from).ids().length > 1 ? alone(pieces.get(from)) : together(pieces.subList(from, to)));
            from = to;
        }
        return inputs;
    }

    private Input alone(Piece piece) {
        Tensor ids = Tensor.of(piece.ids(), 1, piece.ids().length).to(decoder.device());
        return Input.of(ids).withCache(piece.text().cache());
    }

    private Input together(List<Piece> rows) {
        Sequence first = rows.get(0).text();
        Tensor memory = arena.runs(first.start(), first.job.blocks, rows.size());
        KvCache cache = KvCache.beside(
                memory, rows.stream().map(piece -> piece.text().cache()).toList(), decoder.mixesLengths());
        long[] ids = rows.stream().mapToLong(piece -> piece.ids()[0]).toArray();
        return Input.rows(Tensor.of(ids, ids.length, 1).to(decoder.device()), cache);
    }

    private long[] wanted() {
        LongStream.Builder wanted = LongStream.builder();
        long end = 0;
        for (Piece piece : pieces) {
            end += piece.ids().length;
            piece.wanted(end).forEach(wanted);
        }
        return wanted.build().toArray();
    }

    /** Hands out what {@link #run} returned, after the next tokens of many texts were chosen on all processors. */
    void read(float[] scores, Reader reader) {
        choose(scores);
        int vocabulary = decoder.config().vocabularySize();
        int first = 0;
        for (Piece piece : pieces) {
            if (piece.complete()) {
                int from = first;
                first += (1 + piece.text().guessed()) * vocabulary;
                reader.scores(piece.text(), scores, from);
            }
        }
    }

    /** What goes wrong here goes wrong again, and is told, when the token is taken. */
    private void choose(float[] scores) {
        int vocabulary = decoder.config().vocabularySize();
        List<Runnable> choices = new ArrayList<>();
        ThreadLocal<float[]> row = ThreadLocal.withInitial(() -> new float[vocabulary]);
        int first = 0;
        for (Piece piece : pieces) {
            if (piece.complete()) {
                int from = first;
                first += (1 + piece.text().guessed()) * vocabulary;
                if (piece.text().choosesFreely()) {
                    choices.add(() -> piece.text().choose(scores, from, row.get()));
                }
            }
        }
        if (choices.size() >= MANY) {
            choices.parallelStream().forEach(choice -> {
                try {
                    choice.run();
                } catch (RuntimeException e) {
                    // it is chosen again where the failure belongs
                }
            });
        }
    }
}
