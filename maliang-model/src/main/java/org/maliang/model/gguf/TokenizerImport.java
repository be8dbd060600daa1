package org.maliang.model.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.tokenizer.TokenizerFiles;
import org.maliang.tokenizer.sentencepiece.PieceType;

/**
 * Reads the vocabulary of a file as the files of a tokenizer: the {@code tokenizer.json} it holds whole; else one made of
 * llama.cpp's "gpt2", where the way it cuts text is known; else a SentencePiece model made of its "llama" or "t5".
 */
final class TokenizerImport {
    private static final String SETTINGS = "tokenizer_config.json";

    private final Gguf file;
    private final List<String> tokens;
    private final int[] types;

    private TokenizerImport(Gguf file) {
        this.file = file;
        this.tokens = file.texts(Vocabulary.TOKENS);
        this.types = file.value(Vocabulary.TYPES, int[].class).orElse(new int[0]);
    }

    static TokenizerFiles of(Gguf file) {
        return TokenizerFiles.of(file.source(), new TokenizerImport(file).files());
    }

    private Map<String, byte[]> files() {
        boolean jieba = file.value(Vocabulary.JIEBA, Boolean.class).orElse(false);
        Optional<String> json = file.text(Vocabulary.JSON).or(this::byteLevel);
        String model = file.text(Vocabulary.MODEL).orElse("");
        Map<String, byte[]> files = new LinkedHashMap<>();
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        file.text(Vocabulary.CHAT_TEMPLATE).ifPresent(template -> settings.put("chat_template", template));
        if (json.isPresent()) {
            files.put(TokenizerFiles.JSON, json.get().getBytes(UTF_8));
            if (jieba) {
                settings.put("tokenizer_class", "JiebaBPETokenizer");
            }
        } else if (model.equals("llama") || model.equals("t5")) {
            PieceImport pieces = new PieceImport(file, this::type);
            if (jieba) {
                files.putAll(pieces.cpm());
            } else {
                files.put("tokenizer.model", pieces.model().bytes());
                pieces.describe(settings);
            }
        } else {
            return files;
        }
        if (!settings.isEmpty()) {
            files.put(SETTINGS, settings.toPrettyString().getBytes(UTF_8));
        }
        return files;
    }

    private PieceType type(int id) {
        return PieceType.of(id < types.length ? types[id] : PieceType.NORMAL.number())
                .orElse(PieceType.NORMAL);
    }

    private Optional<String> byteLevel() {
        return file.text(Vocabulary.MODEL).equals(Optional.of("gpt2"))
                ? Cuts.preTokenizer(file.text(Vocabulary.PRE).orElse(""))
                        .map(cut -> json(cut).toString())
                : Optional.empty();
    }

    private ObjectNode json(ObjectNode cut) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = json.putArray("added_tokens");
        json.putNull("normalizer").set("pre_tokenizer", cut);
        json.putNull("post_processor");
        json.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
        ObjectNode model =
                json.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            PieceType type = type(id);
            if (type != PieceType.UNUSED) {
                vocabulary.put(tokens.get(id), id);
            }
            if (type == PieceType.CONTROL || type == PieceType.USER_DEFINED) {
                added.add(TokenizerJson.added(tokens.get(id), type == PieceType.CONTROL)
                        .put("id", id));
            }
        }
        ArrayNode merges = model.putArray("merges");
        file.texts(Vocabulary.MERGES).forEach(merges::add);
        model.put("ignore_merges", cutIgnoresMerges());
        return json;
    }

    /** Llama 3 takes a word that is a token as it is. */
    private boolean cutIgnoresMerges() {
        return file.text(Vocabulary.PRE).equals(Optional.of("llama-bpe"));
    }
}
