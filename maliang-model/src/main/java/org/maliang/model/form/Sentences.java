package org.maliang.model.form;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lays a verse out with one sentence a line, without annotations and quotation marks. */
final class Sentences {
    private static final Pattern COMMENTARY = Pattern.compile("\\s*【.*", Pattern.DOTALL);
    private static final Pattern QUOTES = Pattern.compile("[「」『』“”‘’《》\\s&&[^\\n]]");
    private static final Pattern DOUBLED = Pattern.compile("([。？！])。");
    private static final Pattern UNSTOPPED = Pattern.compile("(?<=[^" + Layout.PUNCTUATION + "])(\\n|$)");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[。？！])");

    private Sentences() {}

    /**
     * The verse, every line closed by 。 ？ or ！, no break inside a sentence.
     *
     * @return empty if the verse holds anything but ideographs and punctuation after cleaning
     */
    static Optional<String> lines(String body) {
        String text = COMMENTARY.matcher(Heading.notes(body)).replaceFirst("");
        text = QUOTES.matcher(fullWidth(text)).replaceAll("");
        text = DOUBLED.matcher(text.strip()).replaceAll("$1");
        text = UNSTOPPED.matcher(text).replaceAll("。").replace("\n", "");
        List<String> lines = new ArrayList<>(List.of(SENTENCE_END.split(text)));
        int last = lines.size() - 1;
        lines.set(last, lines.get(last).replaceFirst("[，；：、]$", "。"));
        String laidOut = String.join("\n", lines);
        return Layout.of(laidOut).isPresent() ? Optional.of(laidOut) : Optional.empty();
    }

    /** Half-width clause punctuation as full-width. */
    static String fullWidth(String text) {
        return text.replace(',', '，')
                .replace('?', '？')
                .replace('!', '！')
                .replace(';', '；')
                .replace(':', '：');
    }
}
