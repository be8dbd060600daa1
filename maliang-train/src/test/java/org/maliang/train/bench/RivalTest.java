package org.maliang.train.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
