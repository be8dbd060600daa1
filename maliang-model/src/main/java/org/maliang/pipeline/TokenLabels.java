package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.maliang.model.head.TokenClassifier;
import org.maliang.tokenizer.Encoding;
import org.maliang.tokenizer.Frame;
import org.maliang.tokenizer.PlacedTokens;

/**
 * The label of every token of a text. A text that is longer than the model reads is read in windows that overlap by half, and
 * a token takes the label from the window where most of its neighbours are seen. Owns nothing.
 */
final class TokenLabels {

    private final Reader reader;
    private final TokenClassifier model;

    /** A part of a text. */
    private record Part(int text, int start, int length) {

        /** How many tokens stand between one and the nearer end of the part, unless the text itself ends there. */
        int neighbours(int token, int count) {
            int before = start == 0 ? Integer.MAX_VALUE : token - start;
            int after = start + length == count ? Integer.MAX_VALUE : start + length - 1 - token;
            return Math.min(before, after);
        }
    }

    TokenLabels(Task task, Reader reader) {
        this.reader = reader;
        this.model =
                Heads.require(task, reader, TokenClassifier.class, "a classifier of tokens (…ForTokenClassification)");
    }

    /** The parts of texts that labels mark. */
    List<List<Spans.Span>> spans(List<String> texts) {
        List<PlacedTokens> placed =
                texts.stream().map(reader.tokenizer()::locate).toList();
        List<int[]> labels = labels(placed);
        List<List<Spans.Span>> spans = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            SpanBuilder builder = new SpanBuilder(texts.get(i));
            PlacedTokens tokens = placed.get(i);
            for (int token = 0; token < tokens.length(); token++) {
                boolean continues = token > 0
                        && tokens.starts()[token] == tokens.ends()[token - 1]
                        && reader.tokenizer().token(tokens.ids()[token]).startsWith("##");
                String label = reader.labels().get(labels.get(i)[token]);
                builder.add(label, tokens.starts()[token], tokens.ends()[token], continues);
            }
            spans.add(builder.spans());
        }
        return spans;
    }

    /** The index of the label of each token. */
    private List<int[]> labels(List<PlacedTokens> texts) {
        Frame frame = reader.tokenizer().frame();
        int size = reader.room() - frame.specials();
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            int count = texts.get(i).length();
            for (int start = 0; start < count; start += (size + 1) / 2) {
                int length = Math.min(size, count - start);
                parts.add(new Part(i, start, length));
                if (start + length == count) {
                    break;
                }
            }
        }
        List<Encoding> framed = parts.stream()
                .map(part -> frame.single(
                        Arrays.copyOfRange(texts.get(part.text()).ids(), part.start(), part.start() + part.length())))
                .toList();
        List<float[]> scores =
                reader.read(framed, input -> model.logits(model.encoder().hidden(input), input));
        List<int[]> labels = texts.stream().map(text -> new int[text.length()]).toList();
        List<int[]> neighbours = texts.stream()
                .map(text -> {
                    int[] none = new int[text.length()];
                    Arrays.fill(none, -1);
                    return none;
                })
                .toList();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            int count = texts.get(part.text()).length();
            for (int token = part.start(); token < part.start() + part.length(); token++) {
                int seen = part.neighbours(token, count);
                if (seen > neighbours.get(part.text())[token]) {
                    neighbours.get(part.text())[token] = seen;
                    labels.get(part.text())[token] = best(scores.get(i), frame.start() + token - part.start());
                }
            }
        }
        return labels;
    }

    private int best(float[] scores, int place) {
        int count = reader.labels().size();
        int best = 0;
        for (int label = 1; label < count; label++) {
            if (scores[place * count + label] > scores[place * count + best]) {
                best = label;
            }
        }
        return best;
    }
}
