package org.maliang.model.form;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What stands behind {@code --form}, read: a form, and a tune where the form has one.
 *
 * @param tune the usual name of the tune, empty for a form without tunes
 */
record FormName(PoemForm form, String tune) {
    private static final Map<String, PoemForm> SHORT = Map.of(
            "五绝", PoemForm.QUATRAIN_5,
            "六绝", PoemForm.QUATRAIN_6,
            "七绝", PoemForm.QUATRAIN_7,
            "五律", PoemForm.REGULATED_5,
            "七律", PoemForm.REGULATED_7,
            "五古", PoemForm.ANCIENT_5,
            "七古", PoemForm.ANCIENT_7);

    /**
     * Reads {@code 七言绝句}, {@code 七绝}, {@code 詞：如夢令}.
     *
     * @throws IllegalArgumentException if there is no such form or tune; the message names what is near
     */
    static FormName parse(String text) {
        String[] parts = text.strip().split("\\s*[:：]\\s*", 2);
        String label = Traditional.toSimplified(parts[0]);
        String tune = parts.length < 2 ? "" : Traditional.toSimplified(parts[1]);
        PoemForm form = Optional.ofNullable(SHORT.get(label))
                .or(() -> PoemForm.named(label))
                .orElseThrow(() -> unknown(label));
        if (!form.hasTune() && !tune.isEmpty()) {
            throw new IllegalArgumentException("form: " + form.label() + " has no tunes; write --form " + form.label());
        }
        return new FormName(form, form.hasTune() ? tune(form, tune) : "");
    }

    private static IllegalArgumentException unknown(String label) {
        for (PoemForm form : new PoemForm[] {PoemForm.LYRIC, PoemForm.ARIA}) {
            if (layouts(form).of(names(form).usual(label).orElse(label)).isPresent()) {
                return new IllegalArgumentException(
                        "form: '" + label + "' is a tune; write --form " + form.label() + ":" + label);
            }
        }
        String all = Arrays.stream(PoemForm.values())
                .map(form -> form.hasTune() ? form.label() + ":tune" : form.label())
                .collect(Collectors.joining(", "));
        return new IllegalArgumentException("form: unknown form '" + label + "'; choose from " + all);
    }

    private static String tune(PoemForm form, String name) {
        String usual = names(form).usual(name).orElse(name);
        if (layouts(form).of(usual).isPresent()) {
            return usual;
        }
        String near = names(form).nearest(name, 20).stream()
                .filter(known ->
                        layouts(form).of(names(form).usual(known).orElse(known)).isPresent())
                .limit(5)
                .collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                name.isEmpty()
                        ? "form: " + form.label() + " needs a tune, as in --form " + form.label() + ":"
                                + layouts(form).tunes().skip(1).findFirst().orElseThrow()
                        : "form: unknown tune '" + name + "' of " + form.label() + "; near: " + near);
    }

    private static TuneNames names(PoemForm form) {
        return form == PoemForm.LYRIC ? TuneNames.LYRICS : TuneNames.ARIAS;
    }

    /** Layouts of the tunes of lyrics or arias. */
    static TuneLayouts layouts(PoemForm form) {
        return form == PoemForm.LYRIC ? TuneLayouts.LYRICS : TuneLayouts.ARIAS;
    }
}
