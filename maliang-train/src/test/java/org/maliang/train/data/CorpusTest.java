package org.maliang.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CorpusTest {
    @TempDir
    Path dir;

    @Test
    void readsJsonLinesAndKeepsOtherFields() throws IOException {
        write(
                "a.jsonl",
                "{\"text\": \"春眠不觉晓\", \"meta\": {\"source\": \"tang\"}}\n\n{\"text\": \"\"}\n{\"text\":\"鸟\"}");
        assertThat(texts(Corpus.matching(List.of("a.jsonl"), dir))).containsExactly("春眠不觉晓", "鸟");
        try (var documents = Corpus.matching(List.of("a.jsonl"), dir).documents()) {
            var first = documents.findFirst().orElseThrow();
            assertThat(first.meta().at("/meta/source").asText()).isEqualTo("tang");
        }
    }

    @Test
    void cutsPlainTextByFileOrByBlankLines() throws IOException {
        write("a.txt", "\uFEFF床前明月光\r\n疑是地上霜\r\n\r\n\r\n白日依山尽\n");
        var corpus = Corpus.matching(List.of("a.txt"), dir);
        assertThat(texts(corpus)).containsExactly("床前明月光\n疑是地上霜\n\n\n白日依山尽");
        assertThat(texts(corpus.split(Corpus.Split.BLANK_LINE))).containsExactly("床前明月光\n疑是地上霜", "白日依山尽");
    }

    @Test
    void readsCompressedFiles() throws IOException {
        write(new GZIPOutputStream(Files.newOutputStream(dir.resolve("a.txt.gz"))), "甲");
        write(new XZOutputStream(Files.newOutputStream(dir.resolve("b.txt.xz")), new LZMA2Options(1)), "乙");
        write(new ZstdOutputStream(Files.newOutputStream(dir.resolve("c.jsonl.zst"))), "{\"text\":\"丙\"}\n");
        assertThat(texts(Corpus.matching(List.of("*.{gz,xz,zst}"), dir))).containsExactly("甲", "乙", "丙");
    }

    @Test
    void keepsTheOrderOfPatternsAndSortsMatches() throws IOException {
        write("z/2.txt", "二");
        write("z/1.txt", "一");
        write("a.txt", "零");
        assertThat(texts(Corpus.matching(List.of("z/*.txt", "a.txt", "z/1.txt"), dir)))
                .containsExactly("一", "二", "零");
    }

    @Test
    void namesFileAndLineOfWhatIsBroken() throws IOException {
        write("a.jsonl", "{\"text\": \"好\"}\n{\"text\": \"坏\n");
        write("b.jsonl", "{\"txt\": \"好\"}\n");
        write("c.jsonl", "[1]\n");
        Files.write(dir.resolve("d.txt"), ("好\n" + "坏").getBytes(Charset.forName("GB18030")));
        assertThatThrownBy(() -> texts(Corpus.of(List.of(dir.resolve("a.jsonl")))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a.jsonl, line 2: broken JSON");
        assertThatThrownBy(() -> texts(Corpus.of(List.of(dir.resolve("b.jsonl")))))
                .hasMessageContaining("b.jsonl, line 1: no \"text\"");
        assertThatThrownBy(() -> texts(Corpus.of(List.of(dir.resolve("c.jsonl")))))
                .hasMessageContaining("line 1: not a JSON object");
        assertThatThrownBy(() -> texts(Corpus.of(List.of(dir.resolve("d.txt")))))
                .hasMessageContaining("d.txt, line 1: not valid UTF-8");
    }

    @Test
    void namesMissingFilesAndEmptyGlobs() {
        assertThatThrownBy(() -> Corpus.matching(List.of("no.txt"), dir)).hasMessageContaining("no such file");
        assertThatThrownBy(() -> Corpus.matching(List.of("*.txt"), dir)).hasMessageContaining("matches no file");
    }

    @Test
    void namesACompressedFileThatIsCutShort() throws IOException {
        write(new GZIPOutputStream(Files.newOutputStream(dir.resolve("a.txt.gz"))), "甲".repeat(1000));
        var bytes = Files.readAllBytes(dir.resolve("a.txt.gz"));
        Files.write(dir.resolve("a.txt.gz"), Arrays.copyOf(bytes, bytes.length - 9));
        assertThatThrownBy(() -> texts(Corpus.matching(List.of("a.txt.gz"), dir)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("cut short");
    }

    private static List<String> texts(Corpus corpus) {
        try (var documents = corpus.documents()) {
            return documents.map(Document::text).toList();
        }
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(dir.resolve(name).getParent());
        Files.writeString(dir.resolve(name), text);
    }

    private static void write(OutputStream out, String text) throws IOException {
        try (out) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
