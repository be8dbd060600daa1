package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.PaddedRows;
import org.maliang.model.SlidingWindow;
import org.maliang.tensor.Scope;

/**
 * Texts that are written together, a token each a step, for callers that have a say in every step: those of an
 * encoder-decoder about sources, which are read when they begin. Texts that end leave the others to go on.
 *
 * <p>Owns what was read. Gradients should be off.
 *
 * @param <T> the caller's texts
 */
public final class Lockstep<T extends Lockstep.Text> implements AutoCloseable {

    private final Rows rows;
    private final float[] row; // work space
    private List<T> open;

    /** A text among others. */
    public interface Text {

        Line line();

        /**
         * Goes on by a token.
         *
         * @param scores holds, from {@code first} on, one logit an id
         * @param row work space of one number an id
         * @return whether it goes on after that
         */
        boolean next(float[] scores, int first, float[] row);
    }

    /** Texts that continue one row each. */
    Lockstep(Rows rows, List<T> texts) {
        this.rows = rows;
        this.row = new float[rows.vocabulary()];
        this.open = List.copyOf(texts);
    }

    /**
     * Begins texts about sources, which are read together, padded to the longest; or those that go on after a text, of which a
     * model with a {@link SlidingWindow} reads one at a time.
     *
     * @param read ids of the sources as the encoder reads them, or of the text
     * @param about of every text, the index of its source
     */
    public static <T extends Text> Lockstep<T> reading(
            EncoderDecoder model, List<int[]> read, List<T> texts, int[] about) {
        Optional<SlidingWindow> window = model.config().window();
        if (window.isPresent()) {
            return Scope.unowned(() -> begin(AfterPages.read(model, window.get(), read.get(0)), model, texts, about));
        }
        try (Scope scope = Scope.open()) {
            EncoderInput source = padded(read, model);
            return Scope.unowned(() -> begin(AboutSource.read(model, source), model, texts, about));
        }
    }

    private static <T extends Text> Lockstep<T> begin(
            NextToken reader, EncoderDecoder model, List<T> texts, int[] about) {
        int most = texts.stream().mapToInt(text -> text.line().limit()).max().orElseThrow();
        int sources = Arrays.stream(about).max().orElseThrow() + 1;
        Rows rows = Rows.read(reader, TokenGenerator.start(model, sources), most);
        try {
            rows.select(about);
            return new Lockstep<>(rows, texts);
        } catch (RuntimeException | Error e) {
            rows.close();
            throw e;
        }
    }

    /** Without a mask where nothing is padded, as a source is read alone. */
    private static EncoderInput padded(List<int[]> sources, EncoderDecoder model) {
        EncoderInput input = EncoderInput.of(PaddedRows.ids(sources, 0).to(model.device()));
        boolean even =
                sources.stream().mapToInt(source -> source.length).distinct().count() == 1;
        return even ? input : input.withMask(PaddedRows.visible(sources).to(model.device()));
    }

    /** The texts that go on. */
    public List<T> open() {
        return open;
    }

    /** Takes every text a token further; false when none goes on. */
    public boolean step() {
        List<Integer> going = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).next(rows.scores(), i * row.length, row)) {
                going.add(i);
            }
        }
        List<T> before = open;
        open = going.stream().map(before::get).toList();
        if (open.isEmpty()) {
            return false;
        }
        rows.select(going.stream().mapToInt(i -> i).toArray());
        rows.push(open.stream().mapToInt(text -> text.line().last()).toArray());
        return true;
    }

    @Override
    public void close() {
        rows.close();
    }
}
