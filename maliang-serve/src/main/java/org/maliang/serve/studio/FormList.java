package org.maliang.serve.studio;

import java.util.List;
import java.util.stream.Stream;
import org.maliang.model.form.Layout;
import org.maliang.model.form.PoemForm;
import org.maliang.model.form.TuneLayouts;
import org.maliang.model.form.Verse;

/** The forms of verse that a reader can choose from, with their shapes. */
final class FormList {
    /**
     * A form, or a form with a tune.
     *
     * @param name as requests have it: {@code 五言绝句}, {@code 词:如梦令}
     * @param form its form alone
     * @param tune its tune, empty for a form without tunes
     * @param layout its shape as {@link Layout#toString()} has it; empty where the form leaves it open
     */
    record Form(String name, String form, String tune, String layout) {}

    private FormList() {}

    /** All forms with these labels, tunes in order of frequency. */
    static List<Form> of(List<String> labels) {
        return labels.stream()
                .flatMap(label -> PoemForm.named(label).stream())
                .flatMap(FormList::forms)
                .toList();
    }

    private static Stream<Form> forms(PoemForm form) {
        if (!form.hasTune()) {
            return Stream.of(new Form(form.label(), form.label(), "", form == PoemForm.COUPLET ? "" : shape(form)));
        }
        TuneLayouts layouts = form == PoemForm.LYRIC ? TuneLayouts.LYRICS : TuneLayouts.ARIAS;
        return layouts.tunes()
                .map(tune -> new Form(
                        form.label() + ":" + tune,
                        form.label(),
                        tune,
                        layouts.of(tune).map(Layout::toString).orElseThrow()));
    }

    private static String shape(PoemForm form) {
        return Verse.asked(form.label(), "", "").layout().map(Layout::toString).orElse("");
    }
}
