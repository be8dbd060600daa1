package org.maliang.pipeline;

import java.util.List;
import org.maliang.model.generate.Sample;

/** What a model that writes made of an input. */
public interface Written extends Output {

    /** The texts and why they ended, at least one. */
    List<Sample> samples();
}
