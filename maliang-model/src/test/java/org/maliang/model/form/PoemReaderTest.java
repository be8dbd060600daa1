package org.maliang.model.form;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoemReaderTest {
    private final PoemReader reader = new PoemReader();

    private String marked(String source, String dynasty, String text) {
        return reader.read(new CorpusPoem(text, source, dynasty))
                .map(Poem::marked)
                .orElse("");
    }

    @Test
    void marksQuatrainWithoutAuthorNumberAndNotes() {
        String text = "从军行七首 其四\n王昌龄\n青海长云暗雪山，孤城遥望玉门关。\n黄沙百战穿金甲（一作碎），不破楼兰终不还。";
        assertThat(marked("poem-tang", "唐", text)).isEqualTo("<|七言绝句|>从军行\n青海长云暗雪山，孤城遥望玉门关。\n黄沙百战穿金甲，不破楼兰终不还。");
    }

    @Test
    void laysAncientVerseOutInPairs() {
        String text = "白水诗\n无名氏\n浩浩白水。\n倏倏之鱼。\n君来召我。\n我将安居。";
        assertThat(marked("poem-dynasties", "先秦", text)).isEqualTo("<|四言|>白水诗\n浩浩白水，倏倏之鱼。\n君来召我，我将安居。");
    }

    @Test
    void namesLyricsByTheirUsualTune() {
        assertThat(marked("ci-song", "宋", "忆仙姿・如梦令\n苏轼\n自净方能净彼。\n我自汗流呀气。")).isEqualTo("<|词|>如梦令\n自净方能净彼。\n我自汗流呀气。");
        assertThat(marked("poem-other", "", "定西番·汉使昔年离别\n温庭筠\n汉使昔年离别，攀弱柳，折寒梅，上高台。"))
                .isEqualTo("<|词|>定西番\n汉使昔年离别，攀弱柳，折寒梅，上高台。");
        assertThat(marked("poem-dynasties", "清末近现代初", "蝶恋花 其五 丁巳春词\n某\n离绪东风吹欲断。\n道上杨花，蓦地迎人面。"))
                .isEqualTo("<|词|>蝶恋花·丁巳春词\n离绪东风吹欲断。\n道上杨花，蓦地迎人面。");
    }

    @Test
    void leavesBalladsOfEarlyDynastiesAlone() {
        assertThat(marked("poem-dynasties", "南北朝", "乌夜啼\n无名氏\n可怜乌臼鸟，强言知天曙。\n无故三更啼，欢子冒暗去。"))
                .startsWith("<|五言绝句|>乌夜啼\n");
    }

    @Test
    void namesAriasByTuneAndPlay() {
        String body = "\n某\n枯藤老树昏鸦，小桥流水人家，古道西风瘦马。\n夕阳西下，断肠人在天涯。";
        String lines = body.substring(3);
        assertThat(marked("qu-yuan", "元", "越调・天净沙秋思" + body)).isEqualTo("<|曲|>天净沙·秋思\n" + lines);
        assertThat(marked("qu-yuan", "元", "汉宫秋・仙吕/点绛唇" + body)).isEqualTo("<|曲|>点绛唇·汉宫秋\n" + lines);
        assertThat(marked("qu-yuan", "元", "尾・蓝桥平地，" + body)).isEqualTo("<|曲|>尾\n蓝桥平地，" + lines);
    }

    @Test
    void splitsCouplets() {
        assertThat(marked("couplets-lvshi", "唐", "绮殿千寻起\t离宫百雉余")).isEqualTo("<|对联|>绮殿千寻起\n离宫百雉余");
        assertThat(marked("couplets-lvshi", "唐", "绮殿千寻起\t离宫百雉")).isEmpty();
    }

    @Test
    void skipsFragmentsDamagedTextAndProse() {
        assertThat(marked("poem-song", "宋", "句\n宋太祖\n未离海底千山黑，才到天中万国明。")).isEmpty();
        assertThat(marked("ci-song", "宋", "浣溪沙\n卢祖皋\n午睡醒来策瘦筇。\n石榴初□舞裙红。")).isEmpty();
        assertThat(marked("poem-song", "宋", "只有题目\n某")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"5,4,五言绝句", "7,8,七言律诗", "5,10,五言古诗", "7,6,七言古诗", "4,12,四言", "6,4,六言绝句", "6,8,杂言"})
    void namesRegularVerseByLengthAndNumberOfClauses(int length, int clauses, String form) {
        assertThat(PoemForm.regular(length, clauses).label()).isEqualTo(form);
    }

    @Test
    void layoutIsReadAndWritten() {
        Layout layout = Layout.of("杏花时候匆匆别。\n又欲迫、黄花节。").orElseThrow();
        assertThat(layout).hasToString("7。/3、3。");
        assertThat(Layout.parse("7。/3、3。")).isEqualTo(layout);
        assertThat(Layout.regular(7, 4)).hasToString("7，7。/7，7。");
        assertThat(Layout.of("hello，")).isEmpty();
        assertThat(Layout.of("，空")).isEmpty();
    }
}
