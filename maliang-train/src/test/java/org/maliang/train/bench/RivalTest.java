package org.maliang.train.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class RivalTest {
    @Test
    void readsTheLastSpeedThatIsPrinted() {
        Rival rival =
                new Rival("echo 'step 1: 90.5 tokens/s'; echo 'RESULT B=4 tok/s median 412.3 min 380.1 max 420.0'");
        assertThat(rival.tokensPerSecond()).isEqualTo(412.3);
        assertThat(new Rival("echo 12 tok/s").tokensPerSecond()).isEqualTo(12);
    }

    @Test
    void saysWhatIsWrongWithACommand() {
        assertThatThrownBy(() -> new Rival("echo hello").tokensPerSecond())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'echo hello' printed no speed");
        assertThatThrownBy(() -> new Rival("exit 3").tokensPerSecond())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exit code 3");
    }

    @Test
    void readsSpeedsByTheNameOfTheWork() {
        Rival rival = new Rival("x");
        assertThat(rival.speeds(
                        "loading model ...\nprefill 512 226.0\ndecode 128 after 16: 21.1 tokens/s\nparallel 4 = 44\n"))
                .containsExactly(
                        entry("prefill 512", 226.0), entry("decode 128 after 16", 21.1), entry("parallel 4", 44.0));
        assertThat(rival.speeds("{\"prefill 512\": 226.5, \"model\": \"q8\"}\n{ no JSON\n"))
                .containsExactly(entry("prefill 512", 226.5));
        assertThatThrownBy(() -> rival.speeds("done\n")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsTestsOfLlamaBench() {
        String printed = """
                {"build_commit": "abc", "n_prompt": 512, "n_gen": 0, "n_depth": 0, "avg_ts": 226.25}
                {"build_commit": "abc", "n_prompt": 0, "n_gen": 128, "n_depth": 16, "avg_ts": 21.5}
                """;
        assertThat(new Rival("x").speeds(printed))
                .containsExactly(entry("prefill 512", 226.25), entry("decode 128 after 16", 21.5));
    }
}
