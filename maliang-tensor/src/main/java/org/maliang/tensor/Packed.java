package org.maliang.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;

/** Weights in a layout that only the operators know that made it; it has no numbers to look at. */
final class Packed implements AutoCloseable {
    private final IValue value;

    /** Takes over what lies on an operator's stack. */
    Packed(IValue onStack) {
        value = new IValue(onStack);
        value.retainReference();
    }

    IValue value() {
        if (value.isNull()) {
            throw new TensorException("packed weights: used after close; keep the model open while it works");
        }
        return value;
    }

    @Override
    public void close() {
        if (!value.isNull()) {
            try (PointerScope temporaries = new PointerScope()) {
                value.releaseReference();
                value.setNull();
            }
        }
    }
}
