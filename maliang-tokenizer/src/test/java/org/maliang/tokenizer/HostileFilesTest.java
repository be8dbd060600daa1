package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.tokenizer.sentencepiece.ModelBytes;

/** Files that were damaged, or made to do harm, are refused in one line or work; nothing else happens. */
class HostileFilesTest {
    private static final String[] MARKS = {"", "0", "-1", "99999999999", "null", "\"\"", "[", "}", ":", "明", "\\", "\n"
    };

    @TempDir
    Path directory;

    @Test
    void damagedTokenizerJson() {
        String[] whole = {
            Trained.json(TokenizerTrainer.bytes(TrainingOptions.of(300)), Samples.poems()),
            Trained.json(TokenizerTrainer.unigram(TrainingOptions.of(600)), Samples.poems()),
            Trained.json(TokenizerTrainer.characters(TrainingOptions.of(500)), Samples.poems())
        };
        var random = new Random(1);
        int opened = 0;
        for (int i = 0; i < 150; i++) {
            opened += opens(Map.of("tokenizer.json", damaged(whole[i % whole.length], random))) ? 1 : 0;
        }
        assertThat(opened).isBetween(1, 149);
    }

    @Test
    void damagedModels() {
        byte[] charsMap = {0, 4, 0, 0};
        byte[] whole = ModelBytes.ofType(1)
                .usual()
                .piece("▁", -1, 1)
                .piece("明月", -2, 1)
                .piece("光", -3, 4)
                .charsMap(charsMap(charsMap))
                .bytes();
        var random = new Random(2);
        int opened = 0;
        for (int i = 0; i < 150; i++) {
            byte[] bytes = whole.clone();
            for (int change = 0; change <= random.nextInt(3); change++) {
                bytes[random.nextInt(i % 2 == 0 ? 90 : bytes.length)] = (byte) random.nextInt(256);
            }
            opened += opens(Map.of("spiece.model", bytes)) ? 1 : 0;
        }
        assertThat(opened).isBetween(1, 149);
    }

    @Test
    void damagedVocabularies() {
        String entries = "{\"a\": 0, \"b\": 1, \"ab\": 2, \"Ġ\": 3, \"<|endoftext|>\": 4}";
        String words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##s\n明\n月\n";
        String config = "{\"do_lower_case\": true, \"bos_token\": {\"content\": \"<s>\"}, \"added_tokens_decoder\":"
                + " {\"9\": {\"content\": \"<x>\", \"special\": true}}}";
        var random = new Random(3);
        int opened = 0;
        for (int i = 0; i < 100; i++) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            if (i % 2 == 0) {
                files.put("vocab.json", damaged(entries, random));
                files.put("merges.txt", damaged("#version\na b\n", random));
            } else {
                files.put("vocab.txt", damaged(words, random));
            }
            if (i % 3 == 0) {
                files.put("tokenizer_config.json", damaged(config, random));
            }
            opened += opens(files) ? 1 : 0;
        }
        assertThat(opened).isBetween(1, 99);
    }

    /** What the native library would answer with a panic, which ends the process. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"decoder\": {\"type\": \"Strip\", \"content\": \" \", \"start\": 0, \"stop\": 1}",
                "\"decoder\": {\"type\": \"Odd\"}",
                "\"normalizer\": {\"type\": \"Precompiled\"}",
                "\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"not Base64\"}",
                "\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"BAAAAAABAAAA\"}",
                "\"normalizer\": {\"type\": \"Precompiled\"}, \"normalizer\": null",
                "\"pre_tokenizer\": {\"type\": \"FixedLength\", \"length\": 0}",
                "\"post_processor\": {\"type\": \"Odd\"}",
            })
    void panicsAreForeseen(String section) throws IOException {
        String json = "{\"added_tokens\": [], " + section
                + ", \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}";
        Path file = Files.writeString(directory.resolve("tokenizer.json"), json);
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void addedTokensThatVanishAreRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), """
                {"added_tokens": [{"id": 1, "content": " ", "single_word": false, "lstrip": true, "rstrip": true,
                  "normalized": true, "special": true}], "normalizer": {"type": "Strip", "strip_left": true, "strip_right": true},
                 "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""");
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("normalised to nothing");
    }

    @Test
    void mergesWithoutTheirMarkAreRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), """
                {"added_tokens": [], "model": {"type": "BPE", "continuing_subword_prefix": "明明",
                  "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}""");
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("does not go on with 明明");
    }

    @Test
    void hugeIdsReserveNothing() throws IOException {
        Path file = Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"added_tokens\": [], \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 60000000}, \"merges\": []}}");
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("the largest id is 60000000");
    }

    @Test
    void aCharsMapOfTheLibrarysKindIsRead() {
        byte[] map = charsMap(new byte[] {0, 4, 0, 0});
        String json = "{\"added_tokens\": [], \"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \""
                + Base64.getEncoder().encodeToString(map)
                + "\"}, \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}";
        assertThat(opens(Map.of("tokenizer.json", json.getBytes(UTF_8)))).isTrue();
    }

    /** A tree of 256 units that replaces nothing. */
    private static byte[] charsMap(byte[] size) {
        byte[] map = new byte[4 + 1024 + 1];
        System.arraycopy(size, 0, map, 0, 4);
        return map;
    }

    private static byte[] damaged(String text, Random random) {
        var changed = new StringBuilder(text);
        for (int change = 0; change <= random.nextInt(2); change++) {
            int at = random.nextInt(changed.length());
            int end = Math.min(changed.length(), at + random.nextInt(3));
            changed.replace(at, end, MARKS[random.nextInt(MARKS.length)]);
        }
        return changed.toString().getBytes(UTF_8);
    }

    /** Opens a directory with these files and uses what comes of it. */
    private boolean opens(Map<String, byte[]> files) {
        try {
            Path model = Files.createTempDirectory(directory, "model");
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(model.resolve(file.getKey()), file.getValue());
            }
            try (Tokenizer tokenizer = Tokenizer.load(model)) {
                use(tokenizer);
                return true;
            } catch (TokenizerException e) {
                assertThat(e.getMessage()).startsWith("tokenizer: ").doesNotContain("\n");
                return false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void use(Tokenizer tokenizer) {
        for (String text : new String[] {"", "ab 明月光 the", "<|endoftext|>\u0000é[MASK]"}) {
            try {
                tokenizer.decode(tokenizer.encodeWithSpecials(text).ids(), true);
            } catch (TokenizerException e) {
                assertThat(e.getMessage()).doesNotContain("\n");
            }
        }
        int[] all = new int[Math.min(tokenizer.vocabularySize(), 500)];
        for (int id = 0; id < all.length; id++) {
            all[id] = id;
        }
        assertThat(Trained.streamed(tokenizer, all)).isNotNull();
        assertThat(tokenizer.tokens(all)).hasSize(all.length);
    }
}
