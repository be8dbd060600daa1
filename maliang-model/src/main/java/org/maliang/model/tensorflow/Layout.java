package org.maliang.model.tensorflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.maliang.checkpoint.Weights;
import org.maliang.model.ConfigReader;

/** The names and the configuration of one program of TensorFlow. */
interface Layout {

    /** What users call the program's models. */
    String title();

    /** Whether a checkpoint has its names. */
    boolean knows(Weights stored);

    /**
     * Its names, for one checkpoint.
     *
     * @param given the configuration beside the checkpoint; may be empty
     */
    NameTable names(ConfigReader given, Weights stored);

    /**
     * Hugging Face's configuration of a model.
     *
     * @param given the configuration beside the checkpoint; may be empty
     * @param weights under Hugging Face's names
     * @param heads of the attention, by the one who asks, else by {@code given}; 0 if neither says
     */
    ObjectNode config(ConfigReader given, Weights weights, int heads);
}
