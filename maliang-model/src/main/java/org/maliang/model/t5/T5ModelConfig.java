package org.maliang.model.t5;

import java.util.OptionalInt;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.Task;

/** What the configurations of T5 and of the families made from it have in common. */
public interface T5ModelConfig extends EncoderDecoderConfig {

    T5Shape shape();

    /** What the model is for. */
    Task task();

    /** Whether the head is the token embedding, as in version 1.0. */
    boolean tiedHead();

    @Override
    default int hiddenSize() {
        return shape().hiddenSize();
    }

    @Override
    default int heads() {
        return shape().heads();
    }

    @Override
    default int decoderHeads() {
        return shape().heads();
    }

    @Override
    default int decoderHeadSize() {
        return shape().keySize();
    }

    @Override
    default boolean bounded() {
        return false;
    }

    @Override
    default OptionalInt bosId() {
        return OptionalInt.empty();
    }
}
