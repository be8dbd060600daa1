package org.maliang.checkpoint.megatron;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.maliang.checkpoint.LazyTensor;

/** Joins pipeline stages, each of which counts its layers from 0. */
final class PipelineStages {
    private static final Pattern LAYER = Pattern.compile("^(.*?\\blayers\\.)(\\d{1,6})(\\..*)$");

    /** The copy of the embedding that the last stage has for its head. */
    private static final String COPY = "word_embeddings_for_head.";

    private PipelineStages() {}

    /** All tensors, the layers numbered through. */
    static Map<String, LazyTensor> join(List<Map<String, LazyTensor>> stages) {
        if (stages.size() == 1) {
            return stages.get(0);
        }
        var joined = new LinkedHashMap<String, LazyTensor>();
        var before =
                new HashMap<String, Integer>(); // layers in earlier stages, by the part of the name before the number
        for (var stage : stages) {
            var here = new HashMap<String, Integer>();
            stage.forEach((name, tensor) -> {
                Matcher layer = LAYER.matcher(name);
                if (layer.matches()) {
                    int number = Integer.parseInt(layer.group(2));
                    here.merge(layer.group(1), number + 1, Math::max);
                    int whole = number + before.getOrDefault(layer.group(1), 0);
                    joined.put(layer.group(1) + whole + layer.group(3), tensor);
                } else if (!name.startsWith(COPY)) {
                    joined.putIfAbsent(name, tensor);
                }
            });
            here.forEach((prefix, count) -> before.merge(prefix, count, Integer::sum));
        }
        return joined;
    }
}
