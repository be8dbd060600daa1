package org.maliang.model.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.Model;
import org.maliang.model.PaddedRows;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Tokenizer;

/**
 * Makes vectors of texts from the final hidden states of their tokens. Texts of like lengths are read together; of one that
 * is longer than the model reads, the beginning counts.
 *
 * <pre>{@code
 * float[] vector = new TextEmbedder(model.decoder(), model.tokenizer(), Pooling.MEAN).embed(List.of("春江花月夜")).get(0);
 * }</pre>
 *
 * <p>A decoder reads the text behind its beginning-of-text token, an encoder between the special tokens of its tokenizer;
 * these tokens count as others do. Owns neither model nor tokenizer.
 */
public final class TextEmbedder {

    private static final int TOKENS_AT_ONCE = 4096;

    private final Model model;
    private final Tokenizer tokenizer;
    private final Pooling pooling;
    private final UnaryOperator<int[]> framing;
    private final Reader reader;

    /** How one vector is made of many. */
    public enum Pooling {
        /** The mean over all tokens. */
        MEAN,
        /** The state of the first token, which BERT is taught to put the whole into. */
        FIRST,
        /** The state of the last token, which in a decoder is the only one that has seen all. */
        LAST
    }

    /** Reads ids {@code [rows, time]} and a mask {@code [rows, time]} of the tokens among them. */
    @FunctionalInterface
    private interface Reader {
        Tensor hidden(Tensor ids, Tensor mask);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Text(int index, int[] ids) {
        int length() {
            return ids.length;
        }
    }

    public TextEmbedder(Decoder model, Tokenizer tokenizer, Pooling pooling) {
        this(
                model,
                tokenizer,
                pooling,
                ids -> begun(ids, model.config()),
                (ids, mask) -> model.hidden(Input.of(ids))); // what stands on the right is not seen
    }

    public TextEmbedder(Encoder model, Tokenizer tokenizer, Pooling pooling) {
        this(
                model,
                tokenizer,
                pooling,
                ids -> tokenizer
                        .frame()
                        .single(ids, model.config().contextLength())
                        .ids(),
                (ids, mask) -> model.hidden(EncoderInput.of(ids).withMask(mask)));
    }

    private TextEmbedder(
            Model model, Tokenizer tokenizer, Pooling pooling, UnaryOperator<int[]> framing, Reader reader) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.pooling = pooling;
        this.framing = framing;
        this.reader = reader;
    }

    private static int[] begun(int[] ids, DecoderConfig config) {
        OptionalInt begin = config.openingId();
        return IntStream.concat(begin.stream(), Arrays.stream(ids))
                .limit(config.contextLength())
                .toArray();
    }

    /**
     * The vectors of the texts, in their order, each as long as the model's hidden states; they are not normalised.
     *
     * @throws IllegalArgumentException if a text is empty and the model reads nothing around it
     * @throws CancellationException when the thread is interrupted, before the next batch
     */
    public List<float[]> embed(List<String> texts) {
        List<Text> framed = new ArrayList<>();
        for (int[] ids : tokenizer.encodeAll(texts)) {
            Text text = new Text(framed.size(), framing.apply(ids));
            if (text.length() == 0) {
                throw new IllegalArgumentException("text " + text.index()
                        + " is empty and the model has no token that begins a text: leave it out");
            }
            framed.add(text);
        }
        List<float[]> vectors = new ArrayList<>(Collections.nCopies(texts.size(), new float[0]));
        for (List<Text> batch : ByLength.batches(framed, Text::length, TOKENS_AT_ONCE)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted while texts were read");
            }
            float[] all = embedBatch(batch);
            int size = all.length / batch.size();
            for (int row = 0; row < batch.size(); row++) {
                vectors.set(batch.get(row).index(), Arrays.copyOfRange(all, row * size, (row + 1) * size));
            }
        }
        return vectors;
    }

    private float[] embedBatch(List<Text> batch) {
        List<int[]> rows = batch.stream().map(Text::ids).toList();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            Tensor mask = PaddedRows.visible(rows).to(model.device());
            Tensor read = PaddedRows.ids(rows, 0).to(model.device());
            Tensor hidden = reader.hidden(read, mask).to(DType.F32); // [rows, time, hidden]
            return switch (pooling) {
                case MEAN -> {
                    Tensor counted = mask.to(DType.F32).unsqueeze(2); // [rows, time, 1]
                    yield hidden.mul(counted)
                            .sum(1, false)
                            .div(counted.sum(1, false))
                            .toFloats(); // [rows, hidden]
                }
                case FIRST -> hidden.select(1, 0).toFloats();
                case LAST -> {
                    long[] last = IntStream.range(0, rows.size())
                            .mapToLong(row -> row * read.size(1) + rows.get(row).length - 1)
                            .toArray();
                    yield hidden.flatten(0, 1)
                            .indexSelect(0, Tensor.of(last, last.length).to(model.device()))
                            .toFloats();
                }
            };
        }
    }
}
