package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptTest {

    @Test
    void choosesCharactersByTheWord() {
        assertThat(Script.HANT.convert("皇后在理发，头发散在后面。")).isEqualTo("皇后在理髮，頭髮散在後面。");
        assertThat(Script.HANS.convert("皇后在理髮，頭髮散在後面。")).isEqualTo("皇后在理发，头发散在后面。");
    }

    @Test
    void keepsEverythingElse() {
        assertThat(Script.HANT.convert("a b\n\n<|x|> 春。\t𠮷😀")).isEqualTo("a b\n\n<|x|> 春。\t𠮷😀");
        assertThat(Script.HANT.convert("")).isEmpty();
    }
}
