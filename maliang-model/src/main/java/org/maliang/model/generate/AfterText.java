package org.maliang.model.generate;

import java.util.function.Consumer;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Device;
import org.maliang.tensor.Tensor;

/** A decoder: a row has read nothing but its own tokens. */
record AfterText(Decoder decoder) implements NextToken {

    @Override
    public Device device() {
        return decoder.device();
    }

    @Override
    public KvCache cache(long rows, long capacity) {
        return decoder.cache(rows, capacity);
    }

    @Override
    public Tensor scores(Input input) {
        return scores(input, states -> {});
    }

    @Override
    public Tensor scores(Input input, Consumer<Tensor> states) {
        Tensor hidden = decoder.hidden(input); // [rows, time, hidden]
        states.accept(hidden);
        return decoder.logits(hidden.narrow(1, input.time() - 1, 1));
    }

    @Override
    public void select(int[] from) {}

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}
}
