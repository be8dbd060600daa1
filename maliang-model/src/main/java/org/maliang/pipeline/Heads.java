package org.maliang.pipeline;

import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.Model;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.head.TaskModel;

/** Finds the part of a model that a task needs. */
final class Heads {

    private Heads() {}

    /** The model as the kind that is needed. */
    static <M extends Model> M require(Task task, Reader reader, Class<M> kind, String what) {
        if (kind.isInstance(reader.model())) {
            return kind.cast(reader.model());
        }
        throw lacking(task, reader, what);
    }

    /** The encoder that a model is or has, if it reads text. */
    static Optional<Encoder> encoder(Model model) {
        Optional<Encoder> encoder = model instanceof Encoder alone
                ? Optional.of(alone)
                : model instanceof TaskModel below ? Optional.of(below.encoder()) : Optional.empty();
        return encoder.filter(found -> found.tokenEmbedding().isPresent());
    }

    static UnsupportedModelException lacking(Task task, Reader reader, String what) {
        return new UnsupportedModelException(
                task + " needs " + what + ", and the " + reader.model().config().family() + " model is a "
                        + reader.model().getClass().getSimpleName() + ": choose another task or model");
    }
}
