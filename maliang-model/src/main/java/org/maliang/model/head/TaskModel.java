package org.maliang.model.head;

import org.maliang.model.Encoder;
import org.maliang.model.Model;
import org.maliang.model.layer.Parameters;

/** An encoder with a head for a task. Its parameters are those of both; closing it closes the encoder. */
public abstract class TaskModel extends Model {

    private final Encoder encoder;

    protected TaskModel(Encoder encoder, Parameters all) {
        super(encoder.config(), all);
        this.encoder = encoder;
    }

    /** The encoder inside. */
    public Encoder encoder() {
        return encoder;
    }
}
