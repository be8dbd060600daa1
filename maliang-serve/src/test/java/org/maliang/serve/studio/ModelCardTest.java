package org.maliang.serve.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {

    @Test
    void readsHeaderAndBody() {
        ModelCard card = ModelCard.parse("---\nlicense: mit\nmaliang:\n  abilities: [prose, code]\n---\n# 模型\n");
        assertThat(card.header().path("license").asText()).isEqualTo("mit");
        assertThat(card.abilities()).containsExactly("prose", "code");
        assertThat(card.html()).isEqualTo("<h1>模型</h1>\n");
    }

    @Test
    void bearsCardsOfAnyKind(@TempDir Path directory) throws Exception {
        assertThat(ModelCard.of(directory).html()).isEmpty();
        assertThat(ModelCard.parse("no header").html()).isEqualTo("<p>no header</p>\n");
        assertThat(ModelCard.parse("---\n: [\n---\nbody").html()).isEqualTo("<p>body</p>\n");
        assertThat(ModelCard.parse("---\nnever closed").abilities()).isEmpty();
        Files.write(directory.resolve("README.md"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(ModelCard.of(directory).abilities()).isEmpty();
    }

    @Test
    void letsNoHtmlThrough() {
        String html = ModelCard.parse("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n"
                        + "[a](javascript:alert(1)) [b](https://example.org) ![c](data:text/html;base64,AA==)")
                .html();
        assertThat(html)
                .doesNotContain("<script")
                .doesNotContain("<img src=x")
                .doesNotContain("javascript:")
                .doesNotContain("data:")
                .contains("&lt;script&gt;")
                .contains("href=\"https://example.org\"");
    }

    @Test
    void makesTables() {
        assertThat(ModelCard.parse("| a | b |\n|---|---|\n| 1 | 2 |\n").html()).contains("<td>2</td>");
    }

    @Test
    void knowsWhatThePoetCan() {
        assertThat(ModelCard.of(Places.poet()).abilities()).containsExactly("verse", "couplet");
    }
}
