package org.maliang.model.read;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Sorted;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Tokenizer;

/**
 * Scores every token of texts: each text from its start, behind the model's beginning-of-text token, in the {@link Window
 * windows} of a long one.
 *
 * <pre>{@code
 * List<TokenScore> scores = new LogProbabilities(model.decoder(), model.tokenizer()).of(List.of("春江花月夜"), 5).get(0);
 * }</pre>
 *
 * <p>Owns neither model nor tokenizer.
 */
public final class LogProbabilities {

    private static final int TOKENS_AT_ONCE = 1024;

    private final Decoder model;
    private final Tokenizer tokenizer;

    /** A window and the place of its scores. */
    private record Part(Window window, int place) {}

    public LogProbabilities(Decoder model, Tokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /**
     * Scores texts.
     *
     * @param alternatives how many of the most probable tokens to name at every place, from 0
     * @return for each text, the scores of its tokens; without the first where the model has no token to begin a text with
     * @throws IllegalArgumentException if there are not so many alternatives
     */
    public List<List<TokenScore>> of(List<String> texts, int alternatives) {
        int named = Math.min(tokenizer.vocabularySize(), model.config().vocabularySize());
        if (alternatives < 0 || alternatives > named) {
            throw new IllegalArgumentException(
                    "of " + named + " tokens, " + alternatives + " alternatives cannot be named: ask for 0 or more");
        }
        List<Part> parts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>(); // of each text, behind its last part
        for (int[] ids : tokenizer.encodeAll(texts)) {
            Window.of(ids, model.config()).forEach(window -> parts.add(new Part(window, parts.size())));
            ends.add(parts.size());
        }
        List<List<TokenScore>> scores = new ArrayList<>(Collections.nCopies(parts.size(), List.of()));
        for (List<Part> batch : ByLength.batches(parts, part -> part.window().length(), TOKENS_AT_ONCE)) {
            score(batch, named, alternatives, scores);
        }
        List<List<TokenScore>> whole = new ArrayList<>();
        int start = 0;
        for (int end : ends) {
            whole.add(scores.subList(start, end).stream().flatMap(List::stream).toList());
            start = end;
        }
        return whole;
    }

    private void score(List<Part> batch, int named, int alternatives, List<List<TokenScore>> scores) {
        int width = batch.get(0).window().length();
        long[] inputs = new long[batch.size() * width]; // padded on the right
        long[] targets = new long[inputs.length];
        for (int row = 0; row < batch.size(); row++) {
            int[] ids = batch.get(row).window().ids();
            for (int i = 0; i < ids.length - 1; i++) {
                inputs[row * width + i] = ids[i];
                targets[row * width + i] = ids[i + 1];
            }
        }
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor ids = Tensor.of(inputs, batch.size(), width).to(model.device());
            Tensor logits =
                    model.logits(model.hidden(Input.of(ids))).flatten(0, 1).to(DType.F32); // [n, vocabulary]
            Tensor normalisers = logits.logsumexp(1, true); // [n, 1]
            Tensor wanted = Tensor.of(targets, targets.length, 1).to(model.device());
            float[] own = logits.gather(1, wanted).sub(normalisers).toFloats();
            Sorted best = logits.narrow(1, 0, named).topk(alternatives, 1); // [n, alternatives]
            float[] values = best.values().sub(normalisers).toFloats();
            long[] others = best.indices().toLongs();
            for (int row = 0; row < batch.size(); row++) {
                Part part = batch.get(row);
                List<TokenScore> found = new ArrayList<>();
                for (int i = part.window().first() - 1; i < part.window().length(); i++) {
                    int at = row * width + i;
                    List<TokenScore.Alternative> choice = new ArrayList<>();
                    for (int rank = at * alternatives; rank < (at + 1) * alternatives; rank++) {
                        choice.add(new TokenScore.Alternative((int) others[rank], values[rank]));
                    }
                    found.add(new TokenScore((int) targets[at], own[at], List.copyOf(choice)));
                }
                scores.set(part.place(), found);
            }
        }
    }
}
