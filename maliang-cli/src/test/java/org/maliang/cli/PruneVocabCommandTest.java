package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.model.Input;
import org.maliang.model.LanguageModel;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.sentencepiece.NormalizerSpec;
import org.maliang.tokenizer.sentencepiece.PieceType;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel;
import org.maliang.tokenizer.sentencepiece.TrainerSpec;

class PruneVocabCommandTest {
    private static final String KEPT = "春江花月夜，明月共潮生。";

    private static final float ROUNDING = 1e-7f; // of scores around 0.02, added up in other blocks

    @TempDir
    private Path dir;

    @Test
    void scoresOfWordsThatStayAreWhatTheyWere() throws Exception {
        assertThat(pruned(TinyModel.write(dir), 0)).isLessThan(350);
        Outcome nothing = Outcome.run("prune-vocab", dir.toString(), dir.toString());
        assertThat(nothing.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sentencePieceModelsArePrunedToo(boolean pairs) throws Exception {
        Path model = withPieces("tokenizer.model", pieces(pairs));
        assertThat(pruned(model, ROUNDING)).isBetween(10, 25);
    }

    /** Its ids are in a file of their own, here in the opposite order of the pieces. */
    @Test
    void cpmsModelsArePrunedToo() throws Exception {
        SentencePieceModel pieces = pieces(false);
        Path model = withPieces("chinese_vocab.model", pieces);
        ObjectNode ids = Json.object();
        List<SentencePieceModel.Entry> entries = pieces.pieces();
        ids.put(entries.get(0).text(), 0);
        for (int piece = 1; piece < entries.size(); piece++) {
            ids.put(entries.get(piece).text(), entries.size() - piece);
        }
        Files.writeString(model.resolve("vocab.json"), ids.toString());
        assertThat(pruned(model, ROUNDING)).isBetween(10, 25);
    }

    private Path withPieces(String name, SentencePieceModel pieces) throws IOException {
        Path model = TinyModel.write(dir);
        Files.delete(model.resolve("tokenizer.json"));
        Files.delete(model.resolve("tokenizer_config.json"));
        Files.write(model.resolve(name), pieces.bytes());
        return model;
    }

    /** A hundred common characters, those of the text, and two pairs of them. */
    private static SentencePieceModel pieces(boolean pairs) {
        List<SentencePieceModel.Entry> pieces = new ArrayList<>();
        pieces.add(new SentencePieceModel.Entry("<unk>", 0, PieceType.UNKNOWN));
        for (int character = 0x4e00; character < 0x4e64; character++) {
            pieces.add(new SentencePieceModel.Entry(Character.toString(character), -9, PieceType.NORMAL));
        }
        KEPT.chars()
                .distinct()
                .mapToObj(Character::toString)
                .forEach(text -> pieces.add(new SentencePieceModel.Entry(text, -8, PieceType.NORMAL)));
        for (String pair : List.of("春江", "明月", "江花", "▁")) {
            pieces.add(new SentencePieceModel.Entry(pair, -3, PieceType.NORMAL));
        }
        NormalizerSpec plain = new NormalizerSpec(new byte[0], false, false, true);
        return new SentencePieceModel(pieces, TrainerSpec.of(pairs, false), plain);
    }

    /** Prunes to the kept text, compares scores, and gives the new size. */
    private int pruned(Path model, float tolerance) throws IOException {
        Path corpus = Files.writeString(dir.resolve("corpus.txt"), KEPT);
        Path small = dir.resolve("small");
        Outcome outcome = Outcome.run("prune-vocab", model.toString(), small.toString(), "--corpus", corpus.toString());
        assertThat(outcome.code()).as(outcome.err()).isZero();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                LanguageModel before = LanguageModel.load(model);
                LanguageModel after = LanguageModel.load(small)) {
            assertThat(after.tokenizer().decode(after.tokenizer().encode(KEPT))).isEqualTo(KEPT);
            float[] old = scores(before);
            float[] kept = scores(after);
            for (int id = 0; id < kept.length; id++) {
                int oldId = before.tokenizer().id(after.tokenizer().token(id)).orElseThrow();
                assertThat(kept[id]).isCloseTo(old[oldId], within(tolerance));
            }
            return after.decoder().config().vocabularySize();
        }
    }

    /** Of the word after the kept text: {@code [vocabulary]}. */
    private static float[] scores(LanguageModel model) {
        long[] ids =
                Arrays.stream(model.tokenizer().encode(KEPT)).asLongStream().toArray();
        Tensor hidden = model.decoder().hidden(Input.of(Tensor.of(ids, 1, ids.length)));
        return model.decoder().logits(hidden.select(1, ids.length - 1L)).toFloats();
    }
}
