package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class StopStringsTest {

    private static List<String> shown(List<String> stop, String... pieces) {
        StopStrings stops = new StopStrings(stop);
        List<String> shown = new ArrayList<>();
        for (String piece : pieces) {
            shown.add(stops.push(piece));
            if (stops.found()) {
                shown.add("STOP");
                return shown;
            }
        }
        shown.add(stops.flush());
        return shown;
    }

    @Test
    void holdsBackWhatMayBecomeAStopString() {
        assertThat(shown(List.of("\n\n"), "明月", "\n", "光\n", "\n", "霜")).containsExactly("明月", "", "\n光", "", "STOP");
        assertThat(shown(List.of("\n\n"), "明月\n")).containsExactly("明月", "\n");
        assertThat(shown(List.of("aab"), "aa", "a", "b")).containsExactly("", "a", "", "STOP");
    }

    @Test
    void theEarliestOfSeveralCounts() {
        assertThat(shown(List.of("。", "明月"), "举头望明月，低头思故乡。")).containsExactly("举头望", "STOP");
    }

    @Test
    void withoutStopStringsEverythingPasses() {
        assertThat(shown(List.of(), "明", "月")).containsExactly("明", "月", "");
    }

    @Property
    void whatIsShownIsTheTextBeforeTheStopString(
            @ForAll @Size(max = 12) List<@StringLength(max = 3) @CharRange(from = 'a', to = 'c') String> pieces,
            @ForAll @StringLength(min = 1, max = 4) @CharRange(from = 'a', to = 'c') String stop) {
        String text = String.join("", pieces);
        List<String> shown = shown(List.of(stop), pieces.toArray(String[]::new));
        boolean stopped = shown.remove("STOP");
        int at = text.indexOf(stop);
        assertThat(stopped).isEqualTo(at >= 0);
        assertThat(String.join("", shown)).isEqualTo(at < 0 ? text : text.substring(0, at));
    }
}
