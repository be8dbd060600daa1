package org.maliang.train.eval;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Tokenizer;

/**
 * Scores whole documents: every document from its start, behind the model's beginning-of-text token, up to its last
 * token; what would end it does not count. A document longer than the context is read in windows that overlap by half,
 * so that every token has at least half a context before it.
 *
 * <p>A model without a beginning-of-text token cannot predict the first token of a document, which then goes unscored.
 */
public final class Perplexity {
    private static final int TOKENS_AT_ONCE = 4096;
    private static final long PADDING = -100;

    private final Decoder model;
    private final Tokenizer tokenizer;

    /** Hears how many of all windows are scored. */
    @FunctionalInterface
    public interface Progress {
        void at(int done, int total);
    }

    public Perplexity(Decoder model, Tokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /** Scores documents. Throws {@link IllegalArgumentException} if there is nothing to score. */
    public Score score(List<String> documents, Progress progress) {
        List<Window> windows = windows(documents);
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("nothing to score: the documents are empty");
        }
        Score score = Score.NOTHING.plus(new Score(0, 0, characters(documents), bytes(documents)));
        windows.sort(Comparator.comparingInt(Window::length).reversed());
        for (int from = 0; from < windows.size(); ) {
            int rows = Math.max(1, TOKENS_AT_ONCE / windows.get(from).length());
            int to = Math.min(windows.size(), from + rows);
            score = score.plus(score(windows.subList(from, to)));
            from = to;
            progress.at(from, windows.size());
        }
        return score;
    }

    /** {@code ids} of which those from {@code first} on are to be predicted. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Window(int[] ids, int first) {
        /** Tokens the model reads. */
        int length() {
            return ids.length - 1;
        }
    }

    private List<Window> windows(List<String> documents) {
        OptionalInt begin = model.config().bosId().isPresent()
                ? model.config().bosId()
                : model.config().eosId();
        int context = model.config().contextLength();
        List<Window> windows = new ArrayList<>();
        for (int[] text : tokenizer.encodeAll(documents)) {
            int[] ids = begin.isEmpty()
                    ? text
                    : IntStream.concat(IntStream.of(begin.getAsInt()), Arrays.stream(text))
                            .toArray();
            int next = 1; // the first token that no window has predicted yet
            while (next < ids.length) {
                int start = next == 1 ? 0 : next - (context + 1) / 2;
                int end = Math.min(ids.length, start + context + 1);
                windows.add(new Window(Arrays.copyOfRange(ids, start, end), next - start));
                next = end;
            }
        }
        return windows;
    }

    private Score score(List<Window> windows) {
        int width = windows.get(0).length();
        long[] inputs = new long[windows.size() * width];
        long[] targets = new long[inputs.length];
        Arrays.fill(targets, PADDING);
        long count = 0;
        for (int row = 0; row < windows.size(); row++) {
            Window window = windows.get(row);
            for (int i = 0; i < window.length(); i++) {
                inputs[row * width + i] = window.ids()[i];
                if (i + 1 >= window.first()) {
                    targets[row * width + i] = window.ids()[i + 1];
                    count++;
                }
            }
        }
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor ids =
                    Tensor.of(inputs, windows.size(), width).to(model.device()); // [rows, width], padded on the right
            Tensor logits = model.logits(model.hidden(Input.of(ids))); // [rows, width, vocabulary]
            Tensor wanted = Tensor.of(targets, targets.length).to(model.device());
            Tensor mean = Ops.crossEntropy(logits.flatten(0, 1), wanted, PADDING);
            return new Score(mean.item() * count, count, 0, 0);
        }
    }

    private static long characters(List<String> documents) {
        return documents.stream()
                .mapToLong(text -> text.codePointCount(0, text.length()))
                .sum();
    }

    private static long bytes(List<String> documents) {
        return documents.stream()
                .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }
}
