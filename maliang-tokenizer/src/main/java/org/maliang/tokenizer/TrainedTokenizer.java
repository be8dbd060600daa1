package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a trainer learned, ready to be written as files that Hugging Face and {@link Tokenizer#load} read. */
public final class TrainedTokenizer {
    private final ObjectNode json;
    private final int vocabularySize;
    private final List<String> specialTokens;

    TrainedTokenizer(ObjectNode json, int vocabularySize, List<String> specialTokens) {
        this.json = json;
        this.vocabularySize = vocabularySize;
        this.specialTokens = specialTokens;
    }

    /** Entries learned, special tokens and bytes included. */
    public int vocabularySize() {
        return vocabularySize;
    }

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json} into the directory, which is made if needed; each
     * file appears whole or not at all.
     */
    public void write(Path directory) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(TokenizerFiles.JSON, Json.pretty(json));
        files.put(TokenizerSettings.CONFIG, Json.pretty(config()));
        TokenizerFiles.write(directory, files);
    }

    private ObjectNode config() {
        ObjectNode config = Json.object();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        config.put("clean_up_tokenization_spaces", false);
        if (!specialTokens.isEmpty()) {
            String end = specialTokens.get(0);
            config.put("bos_token", end).put("eos_token", end).put("pad_token", end);
        }
        return config;
    }
}
