package org.maliang.model.form;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises the form of corpus documents. Lyrics are known by their source or by a title that begins with the name of
 * a tune, arias and couplets by their source, everything else by the lengths of its clauses.
 *
 * <p>Fragments of fewer than four clauses, damaged text (□) and prose are not recognised.
 */
public final class PoemReader {
    /** Dynasties before the lyric: a title such as 乌夜啼 names a ballad there. */
    private static final List<String> BEFORE_LYRICS = List.of("先秦", "秦", "汉", "魏晋", "南北朝", "隋");
    /** Names of tunes that are more often titles of other verse. */
    private static final Set<String> AMBIGUOUS =
            Set.of("出塞", "江南曲", "金缕衣", "将进酒", "小梅花", "行路难", "长相思", "不见", "古记", "芳草", "垂杨", "湘月", "秋思", "大江东去");
    /** Tunes whose clauses all have one length. */
    private static final Set<String> EVEN_TUNES = Set.of("浣溪沙", "玉楼春", "生查子", "瑞鹧鸪", "南歌子", "醉公子", "三字令");

    private static final String MODES = "仙吕 双调 越调 中吕 南吕 正宫 黄钟 商调 大石调 小石调 般涉调 商角调 高平调 道宫 大石 般涉";

    /** Recognises a document. */
    public Optional<Poem> read(CorpusPoem document) {
        if (document.text().indexOf('\t') >= 0 || document.source().startsWith("couplets")) {
            return couplet(document.text());
        }
        String[] parts = document.text().strip().split("\n", 3);
        if (parts.length < 3) {
            return Optional.empty();
        }
        String title = parts[0];
        String body = parts[2];
        return switch (document.source()) {
            case "ci-song" -> song(title, body);
            case "qu-yuan" -> aria(title, body);
            default -> lyric(document, title, body).or(() -> verse(title, body));
        };
    }

    private static Optional<Poem> couplet(String text) {
        String[] lines = text.strip().split("\t", 2);
        if (lines.length < 2) {
            return Optional.empty();
        }
        boolean matched = Layout.of(lines[0])
                .filter(layout -> Layout.of(lines[1]).equals(Optional.of(layout)))
                .isPresent();
        return matched ? Optional.of(new Poem(PoemForm.COUPLET, "", lines[0], lines[1])) : Optional.empty();
    }

    /** A title of 全宋词 is a tune, or a lesser and a usual name of it. */
    private static Optional<Poem> song(String title, String body) {
        for (String name : title.split("[・·]")) {
            Optional<String> tune = TuneNames.LYRICS.usual(name.strip());
            if (tune.isPresent()) {
                return Sentences.lines(body).map(lines -> new Poem(PoemForm.LYRIC, tune.get(), "", lines));
            }
        }
        return Optional.empty();
    }

    /** Elsewhere a lyric is headed {@code tune}, {@code tune·title} or {@code tune title}. */
    private static Optional<Poem> lyric(CorpusPoem document, String title, String body) {
        String heading = Heading.notes(title).strip();
        String[] parts = heading.split("[・·\\s　]+", 2);
        String name = Heading.clean(parts[0]);
        Optional<String> tune = TuneNames.LYRICS.usual(name);
        if (tune.isEmpty()
                || AMBIGUOUS.contains(name)
                || BEFORE_LYRICS.stream().anyMatch(document.dynasty()::startsWith)) {
            return Optional.empty();
        }
        Optional<String> lines = Sentences.lines(body);
        Optional<Layout> layout = lines.flatMap(Layout::of);
        if (layout.isEmpty() || (layout.get().commonLength() > 0 && !EVEN_TUNES.contains(tune.get()))) {
            return Optional.empty();
        }
        String rest = parts.length < 2 ? "" : subtitle(parts[1], body);
        return Optional.of(new Poem(PoemForm.LYRIC, tune.get(), rest, lines.get()));
    }

    /** What stands behind the tune, unless it is numbering or the verse's own first words. */
    private static String subtitle(String text, String body) {
        String title = Heading.clean(" " + text);
        return body.startsWith(title) || !Heading.plain(title) ? "" : title;
    }

    /** Titles: {@code play・tune}, {@code play・mode/tune}, {@code mode・tune+title}, {@code tune・first words}. */
    private static Optional<Poem> aria(String title, String body) {
        String[] parts = title.split("・", 2);
        String name = parts[0];
        String rest = parts.length < 2 ? "" : parts[1];
        String text = body;
        if (rest.codePoints().anyMatch(point -> Layout.PUNCTUATION.indexOf(point) >= 0)) {
            text = rest + body;
            rest = "";
        } else if (List.of(MODES.split(" ")).contains(name)) {
            name = TuneNames.ARIAS.prefix(rest).orElse(rest);
            rest = rest.substring(name.length());
        } else if (!rest.isEmpty()) {
            name = rest.substring(rest.indexOf('/') + 1);
            rest = parts[0];
        }
        String tune = name;
        String play = Heading.notes(rest);
        if (!Heading.plain(tune) || !Heading.plain(play) || tune.isEmpty() || text.indexOf('(') >= 0) {
            return Optional.empty();
        }
        return Sentences.lines(text).map(lines -> new Poem(PoemForm.ARIA, tune, play, lines));
    }

    private static Optional<Poem> verse(String title, String body) {
        String heading = Heading.clean(title);
        if (!Heading.plain(heading) || heading.isEmpty()) {
            return Optional.empty();
        }
        return Sentences.lines(body).flatMap(lines -> shape(heading, lines));
    }

    private static Optional<Poem> shape(String title, String lines) {
        Layout layout = Layout.of(lines).orElseThrow();
        int count = layout.clauses().size();
        int length = layout.commonLength();
        if (count < 4 || layout.clauses().stream().anyMatch(clause -> clause.length() > 15)) {
            return Optional.empty();
        }
        boolean even = length >= 4 && length <= 7 && count % 2 == 0;
        PoemForm form = even ? PoemForm.regular(length, count) : PoemForm.MIXED;
        return Optional.of(new Poem(form, "", title, form == PoemForm.MIXED ? lines : pairs(lines)));
    }

    /** Two clauses a line, the first closed by a comma: the usual layout of regular verse. */
    private static String pairs(String lines) {
        List<String> rows = new ArrayList<>();
        String[] clauses = lines.replace("\n", "").split("[" + Layout.PUNCTUATION + "]");
        for (int i = 0; i < clauses.length; i += 2) {
            rows.add(clauses[i] + "，" + clauses[i + 1] + "。");
        }
        return String.join("\n", rows);
    }
}
