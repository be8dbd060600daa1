package org.maliang.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.maliang.model.EncoderInput;
import org.maliang.model.Model;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.PaddedRows;
import org.maliang.model.Placement;
import org.maliang.model.Problem;
import org.maliang.model.head.DecoderClassifier;
import org.maliang.model.read.ByLength;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Encoding;
import org.maliang.tokenizer.Tokenizer;

/** A model that reads texts, with its tokenizer and what its labels are called. Owns both. */
final class Reader implements AutoCloseable {

    private static final int TOKENS_AT_ONCE = 4096;

    private final Model model;
    private final Tokenizer tokenizer;
    private final List<String> labels;
    private final Optional<Problem> problem;
    private final int padding;
    private final boolean types;

    private Reader(Model model, Tokenizer tokenizer, List<String> labels, Optional<Problem> problem) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.labels = labels;
        this.problem = problem;
        this.padding = model.config().padId().orElse(0);
        this.types = model.config().toJson().path("type_vocab_size").asInt() > 1;
    }

    static Reader load(Path path, Placement placement) {
        try (ModelFiles files = ModelFiles.open(path)) {
            Tokenizer tokenizer = files.tokenizer().open();
            try {
                Model model = Scope.unowned(() -> Models.load(files, placement));
                try {
                    files.requireRoom(tokenizer, model.config());
                    return new Reader(
                            model,
                            tokenizer,
                            org.maliang.model.Task.labels(files.config()),
                            org.maliang.model.Task.problem(files.config()));
                } catch (RuntimeException e) {
                    model.close();
                    throw e;
                }
            } catch (RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        }
    }

    Model model() {
        return model;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    /** What the numbers of the head stand for. */
    List<String> labels() {
        return labels;
    }

    /** What they mean, where the configuration says so. */
    Optional<Problem> problem() {
        return problem;
    }

    /** How many tokens the model reads at once. */
    int room() {
        return model.config().contextLength();
    }

    /** Texts with the model's special tokens, their ends cut off where they are too long. */
    List<Encoding> encode(List<String> texts) {
        return tokenizer.encodeAll(texts).stream()
                .map(ids -> tokenizer.frame().single(ids, room()))
                .toList();
    }

    /** Pairs with the model's special tokens, the longer text cut where they are too long; a text of several is cut once. */
    List<Encoding> encodePairs(List<TextPair> pairs) {
        List<String> texts = pairs.stream()
                .flatMap(pair -> Stream.of(pair.first(), pair.second()))
                .distinct()
                .toList();
        List<int[]> ids = tokenizer.encodeAll(texts);
        Map<String, int[]> known = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            known.put(texts.get(i), ids.get(i));
        }
        return pairs.stream()
                .map(pair -> tokenizer.frame().pair(known.get(pair.first()), known.get(pair.second()), room()))
                .toList();
    }

    /**
     * Reads texts, those of like lengths together.
     *
     * @param forward makes {@code [rows, …]} of {@code [rows, time]}
     * @return for each text its part of that, in F32; of padded texts padding is a part
     */
    List<float[]> read(List<Encoding> texts, Function<EncoderInput, Tensor> forward) {
        List<float[]> results = new ArrayList<>(Collections.nCopies(texts.size(), new float[0]));
        readBatches(texts, (rows, input) -> {
            float[] all = forward.apply(input).to(DType.F32).toFloats();
            int size = all.length / rows.size();
            for (int row = 0; row < rows.size(); row++) {
                results.set(rows.get(row), Arrays.copyOfRange(all, row * size, (row + 1) * size));
            }
        });
        return results;
    }

    /**
     * Makes batches and gives them to {@code use}, with the index of the text in each row.
     *
     * @throws CancellationException when the thread is interrupted, before the next batch
     */
    void readBatches(List<Encoding> texts, BiConsumer<List<Integer>, EncoderInput> use) {
        List<Integer> indices = IntStream.range(0, texts.size()).boxed().toList();
        if (texts.stream().anyMatch(text -> text.length() == 0)) {
            throw new IllegalArgumentException("a text is empty and the model has no token around one: leave it out");
        }
        boolean alone =
                model instanceof DecoderClassifier && model.config().padId().isEmpty();
        for (List<Integer> rows : ByLength.batches(indices, i -> texts.get(i).length(), alone ? 1 : TOKENS_AT_ONCE)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted while texts were read");
            }
            try (Scope scope = Scope.open();
                    Autograd.Guard frozen = Autograd.noGrad()) {
                use.accept(rows, input(rows.stream().map(texts::get).toList()));
            }
        }
    }

    /** Texts padded on the right to the length of the first. */
    private EncoderInput input(List<Encoding> texts) {
        List<int[]> rows = texts.stream().map(Encoding::ids).toList();
        EncoderInput input = EncoderInput.of(PaddedRows.ids(rows, padding).to(model.device()))
                .withMask(PaddedRows.visible(rows).to(model.device()));
        List<int[]> kinds = texts.stream().map(Encoding::typeIds).toList();
        return types ? input.withTypes(PaddedRows.ids(kinds, 0).to(model.device())) : input;
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
