package org.maliang.train.bench;

import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.engine.EngineWriter;
import org.maliang.model.engine.Speculation;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.model.generate.TokenWriter;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * How fast a decoder reads and writes random tokens, greedily and through the same {@link EngineWriter engine} that writes
 * texts: choosing tokens counts.
 */
public final class GenerationSpeed {
    private static final double NANOS = 1e9;
    private static final long BYTES = 4L << 30; // of keys and values: all sequences are written together

    private final Decoder decoder;
    private final TokenWriter writer;
    private final Random random = new Random(0);

    public GenerationSpeed(Decoder decoder) {
        this.decoder = decoder;
        TokenGenerator endless = new TokenGenerator(decoder).endingWith(OptionalInt.empty());
        this.writer = new EngineWriter(decoder, endless, Speculation.NONE, BYTES);
    }

    /** Seconds from a prompt to its first token. */
    public double firstToken(int prompt) {
        return write(1, prompt, 1).firsts();
    }

    /** Tokens a second that a prompt is read with. */
    public double prefill(int prompt) {
        return prompt / firstToken(prompt);
    }

    /**
     * Tokens a second of all sequences together, counted from when each has its first token.
     *
     * @param sequences written at once, each after a prompt of its own
     * @param after tokens that a prompt has
     * @param tokens written in each sequence
     */
    public double decode(int sequences, int after, int tokens) {
        Times times = write(sequences, after, tokens + 1);
        return times.more() / (times.end() - times.firsts());
    }

    /**
     * When tokens came, in seconds from the beginning.
     *
     * @param firsts when the last sequence had its first token
     * @param more tokens that came after that
     * @param end when the last of them came
     */
    private record Times(double firsts, int more, double end) {}

    private Times write(int sequences, int after, int tokens) {
        List<int[]> prompts =
                Stream.generate(() -> prompt(after)).limit(sequences).toList();
        GenerationOptions options =
                GenerationOptions.defaults().withTemperature(0).withMaxTokens(tokens);
        double[] seconds = new double[sequences * tokens];
        int[] count = {0};
        int[] firsts = {0}; // tokens until the last sequence has one
        BitSet begun = new BitSet();
        long start = System.nanoTime();
        writer.write(prompts, options, (row, token) -> {
            seconds[count[0]++] = (System.nanoTime() - start) / NANOS;
            if (!begun.get(row)) {
                begun.set(row);
                firsts[0] = count[0];
            }
            return true;
        });
        return new Times(seconds[firsts[0] - 1], count[0] - firsts[0], seconds[count[0] - 1]);
    }

    /** As {@link #decode} of one sequence, but every token reads the whole text again: what a cache saves. */
    public double decodeUncached(int after, int tokens) {
        int[] text = prompt(after + tokens);
        long start = System.nanoTime();
        try (Autograd.Guard frozen = Autograd.noGrad()) {
            for (int length = after + 1; length <= after + tokens; length++) {
                try (Scope scope = Scope.open()) {
                    Tensor ids = Tensor.of(
                                    IntStream.of(text)
                                            .limit(length)
                                            .asLongStream()
                                            .toArray(),
                                    1,
                                    length)
                            .to(decoder.device());
                    Tensor hidden = decoder.hidden(Input.of(ids));
                    decoder.logits(hidden.narrow(1, length - 1, 1)).toFloats();
                }
            }
        }
        return tokens / ((System.nanoTime() - start) / NANOS);
    }

    private int[] prompt(int length) {
        return random.ints(length, 0, decoder.config().vocabularySize()).toArray();
    }
}
