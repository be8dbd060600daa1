package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
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
        for (String map : normalizer.findValuesAsText("precompiled_charsmap")) {
            try {
                CharsMap.parse(Base64.getDecoder().decode(map));
            } catch (IllegalArgumentException e) {
                throw new IOException("precompiled_charsmap is not Base64", e);
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
