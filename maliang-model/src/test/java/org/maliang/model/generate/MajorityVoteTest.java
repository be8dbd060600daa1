package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MajorityVoteTest {

    @Test
    void theMostFrequentAnswerWins() {
        MajorityVote vote = MajorityVote.of(List.of("上海", "北京。", "北京", " 北京\n", "“北京”", "上海", "北 京", "广州", "北京"));
        assertThat(vote.votes()).isEqualTo(9);
        assertThat(vote.answers())
                .extracting(MajorityVote.Answer::text)
                .as("spelled as they mostly came")
                .containsExactly("北京", "上海", "广州");
        assertThat(vote.answers()).extracting(MajorityVote.Answer::votes).containsExactly(6, 2, 1);
        assertThat(vote.winner().share()).isCloseTo(6.0 / 9, within(1e-12));
    }

    @Test
    void ofEquallyFrequentAnswersTheFirstWins() {
        assertThat(MajorityVote.of(List.of("乙", "甲", "甲", "乙")).winner().text()).isEqualTo("乙");
        assertThat(MajorityVote.of(List.of("甲！", "甲", "甲", "甲！")).winner().text())
                .isEqualTo("甲！");
    }

    @ParameterizedTest
    @CsvSource({
        "１２３,123",
        "北京。,北京",
        "《红楼梦》,红楼梦",
        "'  New   York ',New York",
        "春 江 abc,春江abc",
        "（42）,42",
        "-3,-3",
        "－3。,-3",
        "3.5,3.5",
        "(.5),.5",
        "……5,5",
        "20%。,20%",
        "1-2,1-2",
        "'a, b','a, b'",
        "。,。",
        "？！,?!",
    })
    void normalises(String answer, String expected) {
        assertThat(MajorityVote.normalised(answer)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n", "\u3000"})
    void blankAnswersAreOne(String answer) {
        assertThat(MajorityVote.normalised(answer)).isEmpty();
    }

    @Test
    void differentNumbersStayDifferent() {
        assertThat(MajorityVote.of(List.of("3.5", "35", "-35", "35%")).answers())
                .hasSize(4);
    }

    @Test
    void nothingCannotBeCounted() {
        assertThatThrownBy(() -> MajorityVote.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
