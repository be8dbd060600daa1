package org.maliang.model.generate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.layer.KvCache;
import org.maliang.model.layer.Memory;
import org.maliang.tensor.Device;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/** An encoder-decoder: every row has read a source, once. */
final class AboutSource implements NextToken {

    private final EncoderDecoder model;
    private Memory memory; // owned
    private int[] sources; // which source a row is about

    private AboutSource(EncoderDecoder model, Memory memory, int[] sources) {
        this.model = model;
        this.memory = memory;
        this.sources = sources;
    }

    /** Reads the sources, the first for the first row and so on. */
    static AboutSource read(EncoderDecoder model, EncoderInput source) {
        try (Scope scope = Scope.open()) {
            Memory memory = model.remember(source);
            scope.keepAll(memory.tensors());
            return new AboutSource(
                    model, memory, IntStream.range(0, (int) source.batch()).toArray());
        }
    }

    @Override
    public Device device() {
        return model.device();
    }

    @Override
    public KvCache cache(long rows, long capacity) {
        return model.cache(rows, capacity);
    }

    @Override
    public Tensor scores(Input input) {
        return model.scores(input, memory, 1);
    }

    @Override
    public void select(int[] from) {
        int[] selected = Arrays.stream(from).map(row -> sources[row]).toArray();
        if (Arrays.equals(selected, sources)) {
            return;
        }
        try (Scope scope = Scope.open()) {
            long[] rows = Arrays.stream(from).asLongStream().toArray();
            Memory before = memory;
            memory = before.select(Tensor.of(rows, rows.length).to(device()));
            scope.keepAll(memory.tensors());
            before.tensors().forEach(Tensor::close);
        }
        sources = selected;
    }

    @Override
    public long bytes() {
        return memory.tensors().stream().mapToLong(Tensor::bytes).sum();
    }

    @Override
    public void close() {
        memory.tensors().forEach(Tensor::close);
    }
}
