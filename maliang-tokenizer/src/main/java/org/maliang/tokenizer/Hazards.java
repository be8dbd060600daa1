package org.maliang.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.maliang.tokenizer.sentencepiece.CharsMap;

/**
 * What a {@code tokenizer.json} may not say: the native library would run into it with a panic, which ends the whole
 * process, where everything else that is wrong comes back as an error.
 */
final class Hazards {
    private static final Set<String> DECODERS = Set.of(
            "BPEDecoder",
            "ByteFallback",
            "ByteLevel",
            "CTC",
            "Fuse",
            "Metaspace",
            "Replace",
            "Sequence",
            "Strip",
            "WordPiece");

    private Hazards() {}

    static void refuse(JsonNode normalizer, JsonNode preTokenizer, JsonNode decoder) throws IOException {
        for (JsonNode step : normalizer.findParents("type")) {
            if (step.path("type").asText().equals("Precompiled")) {
                refuseMap(step.path("precompiled_charsmap").asText());
            }
        }
        for (JsonNode length : preTokenizer.findValues("length")) {
            if (length.asInt() < 1) {
                throw new IOException("a pre_tokenizer has the length " + length);
            }
        }
        for (JsonNode stop : decoder.findValues("stop")) {
            if (stop.asInt() != 0) {
                throw new IOException(
                        "the decoder Strip cuts at the end (\"stop\": " + stop + "), which is not supported");
            }
        }
        for (String type : decoder.findValuesAsText("type")) {
            if (!DECODERS.contains(type)) {
                throw new IOException("the decoder '" + type + "' is not known");
            }
        }
    }

    /**
     * An added token that is looked for in the normalised text must not be normalised to nothing. The library itself says
     * what it becomes: with one entry for whatever is unknown, only nothing has no tokens.
     */
    static void refuseVanishing(JsonNode normalizer, List<String> tokens) throws IOException {
        if (tokens.isEmpty() || !normalizer.isObject()) {
            return;
        }
        ObjectNode probe = Json.object();
        probe.putArray("added_tokens");
        probe.set("normalizer", normalizer);
        ObjectNode model = Json.typed("WordLevel").put("unk_token", "?");
        model.putObject("vocab").put("?", 0);
        probe.set("model", model);
        TokenizersLibrary library = NativeLibrary.library();
        long handle = library.createTokenizerFromString(Json.text(probe));
        try {
            for (String token : tokens) {
                long encoding = library.encode(handle, token, false);
                boolean vanishes = library.getTokenIds(encoding).length == 0;
                library.deleteEncoding(encoding);
                if (vanishes) {
                    throw new IOException("the added token '" + token + "' is normalised to nothing");
                }
            }
        } finally {
            library.deleteTokenizer(handle);
        }
    }

    private static void refuseMap(String base64) throws IOException {
        try {
            byte[] map = Base64.getDecoder().decode(base64);
            if (map.length == 0 || !Base64.getEncoder().encodeToString(map).equals(base64)) {
                throw new IOException("the normalizer Precompiled has no precompiled_charsmap in Base64");
            }
            CharsMap.parse(map);
        } catch (IllegalArgumentException e) {
            throw new IOException("the precompiled_charsmap is not Base64", e);
        }
    }

    /** The right half of a merge loses the mark, which must be there to lose. */
    static void refuseMerges(JsonNode model, String mark) throws IOException {
        for (JsonNode merge : model.path("merges")) {
            List<String> halves = merge.isTextual()
                    ? List.of(merge.asText().split(" ", 2))
                    : List.of(merge.path(0).asText(), merge.path(1).asText());
            if (halves.size() == 2 && !halves.get(1).startsWith(mark)) {
                throw new IOException("the merge " + merge + " does not go on with " + mark);
            }
        }
    }
}
