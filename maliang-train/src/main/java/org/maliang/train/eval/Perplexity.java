package org.maliang.train.eval;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.read.ByLength;
import org.maliang.model.read.Window;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Tokenizer;

/**
 * Scores whole documents: every document from its start, behind the model's beginning-of-text token, up to its last
 * token; what would end it does not count. Long documents are read in {@link Window windows}.
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
        List<Window> windows = tokenizer.encodeAll(documents).stream()
                .flatMap(ids -> Window.of(ids, model.config()).stream())
                .toList();
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("nothing to score: the documents are empty");
        }
        Score score = Score.NOTHING.plus(new Score(0, 0, characters(documents), bytes(documents)));
        int done = 0;
        for (List<Window> batch : ByLength.batches(windows, Window::length, TOKENS_AT_ONCE)) {
            score = score.plus(score(batch));
            done += batch.size();
            progress.at(done, windows.size());
        }
        return score;
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
