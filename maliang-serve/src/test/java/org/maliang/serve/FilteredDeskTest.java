package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.maliang.model.engine.Load;
import org.maliang.model.generate.FinishReason;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;
import org.maliang.model.read.TokenScore;

class FilteredDeskTest {

    private static final GenerationOptions TWO = GenerationOptions.defaults().withSamples(2);
    private final List<String> heard = new ArrayList<>();

    /** Writes one character at a time, each with a score. */
    private record Dictation(List<String> texts) implements WritingDesk {
        @Override
        public List<Sample> write(
                String prompt, GenerationOptions options, TextListener listener, CompletableFuture<?> gone) {
            List<Sample> samples = new ArrayList<>();
            for (int sample = 0; sample < texts.size(); sample++) {
                for (char one : texts.get(sample).toCharArray()) {
                    listener.token(sample, new TokenScore(one, -1, List.of()));
                    listener.piece(sample, String.valueOf(one));
                }
                samples.add(new Sample(texts.get(sample), texts.get(sample).length(), FinishReason.LENGTH));
            }
            return samples;
        }

        @Override
        public <T> CompletableFuture<T> start(Supplier<T> work) {
            return CompletableFuture.completedFuture(work.get());
        }

        @Override
        public Load load() {
            return new Load(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }

        @Override
        public void close() {}
    }

    private List<Sample> write(String prompt, String... texts) {
        WritingDesk desk = new FilteredDesk(new Dictation(List.of(texts)), ContentFilter.of(List.of("恶虎", "毒")));
        return desk.write(
                prompt,
                TWO,
                new TextListener() {
                    @Override
                    public void piece(int sample, String text) {
                        heard.add(sample + text);
                    }

                    @Override
                    public int alternatives() {
                        return 0;
                    }

                    @Override
                    public void token(int sample, TokenScore score) {
                        heard.add(sample + "token " + (char) score.id());
                    }
                },
                new CompletableFuture<>());
    }

    @Test
    void aTextEndsBeforeAWordAndTheOthersGoOn() {
        List<Sample> samples = write("山中", "见恶虎来", "恶人善");
        assertThat(samples.get(0)).isEqualTo(new Sample("见", 4, FinishReason.CONTENT_FILTER));
        assertThat(samples.get(1)).isEqualTo(new Sample("恶人善", 3, FinishReason.LENGTH));
        assertThat(heard).containsExactly("0token 见", "0见", "1token 恶", "1token 人", "1恶人", "1token 善", "1善");
    }

    @Test
    void whatMightHaveBecomeAWordIsShownAtTheEnd() {
        assertThat(write("山中", "见恶", "来")).extracting(Sample::text).containsExactly("见恶", "来");
        assertThat(heard).containsExactly("0token 见", "0见", "1token 来", "1来", "0token 恶", "0恶");
    }

    @Test
    void aPromptWithAWordIsRefused() {
        assertThatThrownBy(() -> write("以毒攻毒", "甲", "乙"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo("content_filter"));
        assertThat(heard).isEmpty();
    }
}
