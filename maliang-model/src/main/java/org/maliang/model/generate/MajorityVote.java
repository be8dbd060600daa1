package org.maliang.model.generate;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Asks often and takes the answer that comes most often, as the article on the TensorFlow port of CPM-LM proposes. Answers
 * count as one that differ only in
 *
 * <ul>
 *   <li>the width or form of characters (Unicode NFKC),
 *   <li>blanks beside Chinese characters, or how many there are between words,
 *   <li>punctuation and quotes around the answer; signs of numbers and percent signs belong to it.
 * </ul>
 *
 * @param votes how many answers were counted
 * @param answers the different ones, most frequent first; of equally frequent ones the one that came first
 */
public record MajorityVote(int votes, List<Answer> answers) {

    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern BLANK_IN_CHINESE = Pattern.compile("(?<=\\p{IsIdeographic}) | (?=\\p{IsIdeographic})");
    private static final Pattern BEFORE =
            Pattern.compile("^(?:(?!-?\\d|(?<!\\.)-?\\.\\d)[\\p{P}\\s])+"); // a number's sign and point stay
    private static final Pattern BEHIND = Pattern.compile("(?:(?![%‰])[\\p{P}\\s])+$");

    /**
     * Answers that count as one.
     *
     * @param text the spelling that came most often, without blanks around it
     * @param share of all votes, from 0 to 1
     */
    public record Answer(String text, int votes, double share) {}

    /** Counts answers; there must be one at least. */
    public static MajorityVote of(List<String> texts) {
        Require.that(!texts.isEmpty(), "there is nothing to count: ask at least once");
        Map<String, List<String>> alike = new LinkedHashMap<>();
        for (String text : texts) {
            alike.computeIfAbsent(normalised(text), key -> new ArrayList<>()).add(text.strip());
        }
        List<Answer> answers = alike.values().stream()
                .map(spellings ->
                        new Answer(mostFrequent(spellings), spellings.size(), spellings.size() / (double) texts.size()))
                .sorted(Comparator.comparingInt(Answer::votes).reversed())
                .toList();
        return new MajorityVote(texts.size(), answers);
    }

    /** The answer with the most votes. */
    public Answer winner() {
        return answers.get(0);
    }

    private static String mostFrequent(List<String> spellings) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        spellings.forEach(spelling -> counts.merge(spelling, 1, Integer::sum));
        String best = spellings.get(0);
        for (Map.Entry<String, Integer> count : counts.entrySet()) {
            best = count.getValue() > counts.getOrDefault(best, 0) ? count.getKey() : best;
        }
        return best;
    }

    /** What answers that count as one have in common; one of nothing but punctuation keeps it. */
    static String normalised(String answer) {
        String plain = BLANKS.matcher(Normalizer.normalize(answer, Normalizer.Form.NFKC))
                .replaceAll(" ")
                .strip();
        String text = BLANK_IN_CHINESE.matcher(plain).replaceAll("");
        String bare = BEHIND.matcher(BEFORE.matcher(text).replaceFirst("")).replaceFirst("");
        return bare.isEmpty() ? text : bare;
    }
}
