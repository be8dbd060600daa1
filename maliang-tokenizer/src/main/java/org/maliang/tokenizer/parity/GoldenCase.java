package org.maliang.tokenizer.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.maliang.tokenizer.Encoding;
import org.maliang.tokenizer.TextStream;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.tokenizer.jieba.JiebaSegmenter;

/**
 * One text, or pair of texts, and what the reference implementation made of it.
 *
 * @param golden {@code text}, {@code ids} and whatever else was written down
 */
record GoldenCase(JsonNode golden) {
    private static final int CUT = 12;

    /** The first difference, or nothing. */
    String difference(Tokenizer tokenizer) {
        if (golden.has("text_pair")) {
            return pair(tokenizer);
        }
        String text = golden.path("text").asText();
        int[] plain = tokenizer.encode(text);
        int[] expected = ints("ids");
        int[] ids = tokenizer.encodeWithSpecials(text).ids();
        String difference = golden.has("jieba")
                ? compare(
                        "words",
                        strings("jieba").toString(),
                        JiebaSegmenter.standard().cut(text).toString())
                : "";
        if (difference.isEmpty()) {
            difference = compare("ids", expected, ids);
        }
        if (difference.isEmpty()) {
            difference = tokens(tokenizer, plain);
        }
        if (difference.isEmpty() && golden.has("decoded")) {
            difference = compare("decoded", golden.path("decoded").asText(), tokenizer.decode(ids));
        }
        return difference.isEmpty() && golden.has("decoded")
                ? compare("decoded piece by piece", golden.path("decoded").asText(), streamed(tokenizer, ids))
                : difference;
    }

    private String pair(Tokenizer tokenizer) {
        int[] first = tokenizer.encode(golden.path("text").asText());
        int[] second = tokenizer.encode(golden.path("text_pair").asText());
        Encoding whole = tokenizer.frame().pair(first, second);
        Encoding cut = tokenizer.frame().pair(first, second, CUT);
        return firstOf(
                compare("ids", ints("ids"), whole.ids()),
                compare("token_type_ids", ints("token_type_ids"), whole.typeIds()),
                compare("ids_max12", ints("ids_max12"), cut.ids()),
                compare("token_type_ids_max12", ints("token_type_ids_max12"), cut.typeIds()));
    }

    /** What the vocabulary does not know is spelled by the reference, and one unknown token here. */
    private String tokens(Tokenizer tokenizer, int[] ids) {
        List<String> expected = strings(golden.has("tokens") ? "tokens" : "pieces");
        List<String> actual = new ArrayList<>(tokenizer.tokens(ids));
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            OptionalInt known = tokenizer.id(expected.get(i));
            if (known.isEmpty()) {
                actual.set(i, expected.get(i));
            }
        }
        return compare("tokens", expected.toString(), actual.toString());
    }

    private static String streamed(Tokenizer tokenizer, int[] ids) {
        TextStream stream = tokenizer.stream();
        var text = new StringBuilder();
        Arrays.stream(ids).mapToObj(stream::push).forEach(text::append);
        return text.append(stream.flush()).toString();
    }

    private int[] ints(String field) {
        return StreamSupport.stream(golden.path(field).spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }

    private List<String> strings(String field) {
        return StreamSupport.stream(golden.path(field).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private String compare(String what, int[] expected, int[] actual) {
        return golden.has(what.split(" ")[0]) ? compare(what, Arrays.toString(expected), Arrays.toString(actual)) : "";
    }

    private static String compare(String what, String expected, String actual) {
        return expected.equals(actual)
                ? ""
                : what + ": " + TokenizerParity.quoted(actual) + " instead of " + TokenizerParity.quoted(expected);
    }

    private static String firstOf(String... differences) {
        return Arrays.stream(differences)
                .filter(one -> !one.isEmpty())
                .findFirst()
                .orElse("");
    }
}
