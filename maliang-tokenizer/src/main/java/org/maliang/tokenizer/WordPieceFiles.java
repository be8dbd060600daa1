package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * BERT's {@code vocab.txt}, one entry a line, read into a {@code tokenizer.json} that does what {@code BertTokenizer} of
 * transformers does: lower case unless {@code do_lower_case} is false, Chinese characters apart, words cut greedily.
 */
final class WordPieceFiles {
    private static final int LONGEST_WORD = 100;

    private final Path file;
    private final TokenizerSettings settings;

    WordPieceFiles(Path file, TokenizerSettings settings) {
        this.file = file;
        this.settings = settings;
    }

    ObjectNode json() {
        ObjectNode vocabulary = Json.object();
        List<String> lines = TextFile.lines(file);
        for (int id = 0; id < lines.size(); id++) {
            vocabulary.put(lines.get(id), id);
        }
        String unknown = role("unk_token", "[UNK]");
        if (!vocabulary.has(unknown)) {
            throw TextFile.unreadable(file, "it has no entry " + unknown + ", which stands for what is unknown");
        }
        ObjectNode json = Json.object();
        json.putArray("added_tokens");
        json.set("normalizer", normalizer());
        json.set("pre_tokenizer", Json.typed("BertPreTokenizer"));
        ObjectNode decoder = Json.typed("WordPiece").put("prefix", "##");
        json.set("decoder", decoder.put("cleanup", settings.flag("clean_up_tokenization_spaces", false)));
        ObjectNode model = Json.typed("WordPiece").put("unk_token", unknown);
        model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", LONGEST_WORD);
        model.set("vocab", vocabulary);
        json.set("model", model);
        AddedToken.addAll(json, special(vocabulary));
        frame(json, vocabulary);
        return json;
    }

    private List<AddedToken> special(ObjectNode vocabulary) {
        List<AddedToken> tokens = new ArrayList<>(settings.addedTokens());
        for (String name : List.of("[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]")) {
            String token = role(name.substring(1, name.length() - 1).toLowerCase(Locale.ROOT) + "_token", name);
            if (vocabulary.has(token)) {
                tokens.add(AddedToken.special(token));
            }
        }
        return tokens;
    }

    /** Where no accents are stripped, text is composed first, as the Python class does. */
    private ObjectNode normalizer() {
        boolean lower = settings.flag("do_lower_case", true);
        boolean strip = settings.flag("strip_accents", lower);
        ObjectNode whole = Json.typed("Sequence");
        ArrayNode steps = whole.putArray("normalizers");
        boolean chinese = settings.flag("tokenize_chinese_chars", true);
        steps.add(bert(true, chinese, false, false));
        if (!strip) {
            steps.add(Json.typed("NFC"));
        }
        steps.add(bert(false, false, strip, lower));
        return whole;
    }

    private static ObjectNode bert(boolean clean, boolean chinese, boolean strip, boolean lower) {
        ObjectNode step = Json.typed("BertNormalizer").put("clean_text", clean).put("handle_chinese_chars", chinese);
        return step.put("strip_accents", strip).put("lowercase", lower);
    }

    private void frame(ObjectNode json, ObjectNode vocabulary) {
        String first = role("cls_token", "[CLS]");
        String last = role("sep_token", "[SEP]");
        if (!vocabulary.has(first) || !vocabulary.has(last)) {
            return;
        }
        ObjectNode processor = Json.typed("BertProcessing");
        processor.putArray("sep").add(last).add(vocabulary.get(last).asInt());
        processor.putArray("cls").add(first).add(vocabulary.get(first).asInt());
        json.set("post_processor", processor);
    }

    private String role(String role, String otherwise) {
        return settings.token(role).orElse(otherwise);
    }
}
