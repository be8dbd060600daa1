package org.maliang.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.Input;
import org.maliang.model.LanguageModel;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

class PruneVocabCommandTest {
    private static final String KEPT = "春江花月夜，明月共潮生。";

    @TempDir
    private Path dir;

    @Test
    void scoresOfWordsThatStayAreWhatTheyWere() throws Exception {
        Path model = TinyModel.write(dir);
        Path corpus = Files.writeString(dir.resolve("corpus.txt"), KEPT);
        Path small = dir.resolve("small");
        Outcome outcome = Outcome.run("prune-vocab", model.toString(), small.toString(), "--corpus", corpus.toString());
        assertThat(outcome.code()).as(outcome.err()).isZero();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                LanguageModel before = LanguageModel.load(model);
                LanguageModel after = LanguageModel.load(small)) {
            assertThat(after.decoder().config().vocabularySize()).isLessThan(350);
            assertThat(after.tokenizer().decode(after.tokenizer().encode(KEPT))).isEqualTo(KEPT);
            float[] old = scores(before);
            float[] kept = scores(after);
            for (int id = 0; id < kept.length; id++) {
                int oldId = before.tokenizer().id(after.tokenizer().token(id)).orElseThrow();
                assertThat(kept[id]).isEqualTo(old[oldId]);
            }
        }
        Outcome nothing = Outcome.run("prune-vocab", model.toString(), small.toString());
        assertThat(nothing.code()).isEqualTo(2);
    }

    /** Of the word after the kept text: {@code [vocabulary]}. */
    private static float[] scores(LanguageModel model) {
        long[] ids =
                Arrays.stream(model.tokenizer().encode(KEPT)).asLongStream().toArray();
        Tensor hidden = model.decoder().hidden(Input.of(Tensor.of(ids, 1, ids.length)));
        return model.decoder().logits(hidden.select(1, ids.length - 1L)).toFloats();
    }
}
