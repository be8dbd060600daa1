package org.maliang.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
    private static final int SEPARATOR = 7;

    @TempDir
    Path dir;

    private final AtomicInteger builds = new AtomicInteger();

    @BeforeEach
    void corpus() throws IOException {
        Files.writeString(dir.resolve("a.jsonl"), "{\"text\":\"ABC\"}\n{\"text\":\"DE\"}\n");
    }

    @Test
    void packsDocumentsBehindSeparators() {
        for (int vocabulary : new int[] {1000, 100_000}) {
            var file = prepare(vocabulary);
            assertThat(ids(file)).containsExactly(SEPARATOR, 'A', 'B', 'C', SEPARATOR, 'D', 'E');
            assertThat(file.header().documents()).isEqualTo(2);
            assertThat(file.header().characters()).isEqualTo(5);
        }
    }

    @Test
    void isBuiltAgainOnlyWhenSomethingChanged() throws IOException {
        prepare(1000);
        prepare(1000);
        assertThat(builds.get()).isEqualTo(1);
        Files.writeString(dir.resolve("a.jsonl"), "{\"text\":\"ABCD\"}\n");
        assertThat(prepare(1000).tokens()).isEqualTo(5);
        Files.setLastModifiedTime(dir.resolve("a.jsonl"), FileTime.fromMillis(1));
        prepare(1000);
        assertThat(builds.get()).isEqualTo(3);
        var file = dir.resolve("a.tokens");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 130));
        assertThat(prepare(1000).tokens()).isEqualTo(5);
        assertThat(builds.get()).isEqualTo(4);
    }

    @Test
    void refusesAnEmptyCorpusAndLeavesNothing() throws IOException {
        Files.writeString(dir.resolve("a.jsonl"), "\n");
        assertThatThrownBy(() -> prepare(1000))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("empty");
        try (var files = Files.list(dir)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void visitsEveryWindowOncePerEpoch() throws IOException {
        Files.writeString(dir.resolve("a.jsonl"), "{\"text\":\"" + "X".repeat(1000) + "\"}\n");
        var batches = new Batches(prepare(1000), new Batches.Shape(1, 8), 3);
        assertThat(batches.windows()).isEqualTo(125);
        for (int epoch = 0; epoch < 3; epoch++) {
            var starts = new HashSet<Long>();
            for (int i = 0; i < 125; i++) {
                starts.add(batches.start(epoch * 125L + i));
            }
            assertThat(starts).hasSize(125);
        }
    }

    @Test
    void givesTheSameBatchForTheSameSeedAndStep() {
        var file = prepare(1000);
        var one = new Batches(file, new Batches.Shape(2, 3), 5);
        var other = new Batches(file, new Batches.Shape(2, 3), 5);
        for (int step : new int[] {17, 3, 17}) {
            assertThat(one.at(step).inputs()).isEqualTo(other.at(step).inputs());
        }
        var batch = one.at(0);
        var inputs = batch.inputs();
        var targets = batch.targets();
        assertThat(Arrays.copyOfRange(inputs, 1, 3)).isEqualTo(Arrays.copyOfRange(targets, 0, 2));
    }

    @Test
    void refusesWindowsLongerThanTheCorpus() {
        assertThatThrownBy(() -> new Batches(prepare(1000), new Batches.Shape(1, 100), 0))
                .hasMessageContaining("lower train.context");
    }

    private TokenFile prepare(int vocabulary) {
        TokenFileWriter.Encoder letters = texts -> {
            builds.incrementAndGet();
            return texts.stream().map(text -> text.chars().toArray()).toList();
        };
        var encoding = new TokenFileWriter.Encoding(letters, vocabulary, SEPARATOR, "letters" + vocabulary);
        var corpus = Corpus.of(List.of(dir.resolve("a.jsonl")));
        var source = new TokenFileWriter.Source(corpus, "identity", encoding);
        return new TokenFileWriter(source, (documents, tokens) -> {}).prepare(dir.resolve("a.tokens"));
    }

    private static int[] ids(TokenFile file) {
        var ids = new int[(int) file.tokens()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = file.token(i);
        }
        return ids;
    }
}
