package org.maliang.model.parity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.maliang.model.generate.Beam;
import org.maliang.model.generate.Continuation;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.tensor.Tensor;

/**
 * The prompts of one generation case.
 *
 * @param padded {@code [batch, time]}, as the reference implementation took them
 * @param rows the same without padding
 */
record Prompts(GoldenTensor padded, List<int[]> rows) {

    /** @param mask {@code [batch, time]}, 0 for padding; null where there is none */
    static Prompts of(GoldenTensor padded, @Nullable GoldenTensor mask) {
        int time = (int) padded.shape()[1];
        List<int[]> rows = new ArrayList<>();
        for (int start = 0; start < padded.values().length; start += time) {
            int[] row = new int[time];
            int length = 0;
            for (int i = start; i < start + time; i++) {
                if (mask == null || mask.values()[i] != 0) {
                    row[length++] = (int) padded.values()[i];
                }
            }
            rows.add(Arrays.copyOf(row, length));
        }
        return new Prompts(padded, rows);
    }

    /** Rows of one length. */
    static Prompts of(List<int[]> rows) {
        double[] ids =
                rows.stream().flatMapToInt(Arrays::stream).asDoubleStream().toArray();
        return new Prompts(new GoldenTensor(true, new long[] {rows.size(), rows.get(0).length}, ids), rows);
    }

    int time() {
        return (int) padded.shape()[1];
    }

    /** What {@code generator} writes after the prompts, as {@link GenerationCase#outputs()} names it. */
    Map<String, Tensor> continued(TokenGenerator generator, GenerationArguments arguments) {
        if (arguments.options().beams() == 1) {
            List<Continuation> written = generator.write(rows, arguments.options());
            return Map.of(GenerationCase.SEQUENCES, sequences(written, arguments.pad()));
        }
        List<Beam> beams = generator.search(rows, arguments.options());
        List<Continuation> best = beams.stream().map(Beam::continuation).toList();
        double[] scores = beams.stream().mapToDouble(Beam::score).toArray();
        return Map.of(
                GenerationCase.SEQUENCES,
                sequences(best, arguments.pad()),
                GenerationCase.SCORES,
                Tensor.of(scores, scores.length));
    }

    /** Each prompt as it came, what was written after it, and padding up to the longest: {@code [batch, time]}. */
    Tensor sequences(List<Continuation> written, int pad) {
        int longest = written.stream().mapToInt(one -> one.ids().length).max().orElse(0);
        int length = time() + longest;
        long[] ids = new long[written.size() * length];
        Arrays.fill(ids, pad);
        for (int row = 0; row < written.size(); row++) {
            int at = row * length;
            for (int i = 0; i < time(); i++) {
                ids[at++] = (long) padded.values()[row * time() + i];
            }
            for (int id : written.get(row).ids()) {
                ids[at++] = id;
            }
        }
        return Tensor.of(ids, written.size(), length);
    }
}
