package org.maliang.model.gguf;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the weight and the bias of one module are called on both sides.
 *
 * @param ours such as {@code transformer.h.{}.ln_1}, with braces for the layer's number
 * @param theirs such as {@code blk.{}.attn_norm}
 */
record TensorRule(String ours, String theirs, Layout layout) {
    private static final String LAYER = "{}";

    static TensorRule of(String ours, String theirs) {
        return new TensorRule(ours, theirs, Layout.SAME);
    }

    /** llama.cpp's name of one of our tensors, if this rule is for it. */
    Optional<String> toTheirs(String name) {
        return renamed(ours, theirs, name);
    }

    Optional<String> toOurs(String name) {
        return renamed(theirs, ours, name);
    }

    private static Optional<String> renamed(String from, String to, String name) {
        Matcher matcher = Pattern.compile(
                        "\\Q" + from.replace(LAYER, "\\E(?<layer>\\d{1,5})\\Q") + "\\E(?<ending>\\.weight|\\.bias)")
                .matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String renamed = from.contains(LAYER) ? to.replace(LAYER, matcher.group("layer")) : to;
        return Optional.of(renamed + matcher.group("ending"));
    }
}
