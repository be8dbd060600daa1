package org.maliang.model.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.maliang.checkpoint.gguf.Gguf;
import org.maliang.tokenizer.sentencepiece.NormalizerSpec;
import org.maliang.tokenizer.sentencepiece.PieceType;
import org.maliang.tokenizer.sentencepiece.SentencePieceModel;
import org.maliang.tokenizer.sentencepiece.TrainerSpec;

/** Reads llama.cpp's "llama" (BPE) and "t5" (Unigram) as SentencePiece models; defaults are llama.cpp's. */
final class PieceImport {
    private static final int BYTES = 256;
    private static final Map<String, String> ROLES =
            Map.of("bos", "bos", "eos", "eos", "unk", "unknown", "pad", "padding");

    private final Gguf file;
    private final boolean pairs;
    private final List<SentencePieceModel.Entry> pieces = new ArrayList<>();

    /** @param types of the entries by id */
    PieceImport(Gguf file, IntFunction<PieceType> types) {
        this.file = file;
        this.pairs = file.text(Vocabulary.MODEL).equals(Optional.of("llama"));
        List<String> tokens = file.texts(Vocabulary.TOKENS);
        float[] scores = file.value(Vocabulary.SCORES, float[].class).orElse(new float[0]);
        for (int id = 0; id < tokens.size(); id++) {
            float score = id < scores.length ? scores[id] : 0;
            pieces.add(new SentencePieceModel.Entry(tokens.get(id), score, types.apply(id)));
        }
        while (!pieces.isEmpty() && isFiller(pieces.size() - 1)) {
            pieces.remove(pieces.size() - 1);
        }
    }

    private boolean isFiller(int id) {
        SentencePieceModel.Entry piece = pieces.get(id);
        return piece.type() == PieceType.UNUSED && piece.text().equals(Vocabulary.filler(id));
    }

    SentencePieceModel model() {
        boolean bytes =
                pieces.stream().filter(piece -> piece.type() == PieceType.BYTE).count() == BYTES;
        TrainerSpec usual = TrainerSpec.of(pairs, bytes);
        Map<String, String> names = new HashMap<>(usual.names());
        ROLES.keySet().forEach(role -> token(role).ifPresent(token -> names.put(role, token)));
        TrainerSpec trainer = new TrainerSpec(pairs, bytes, usual.suffix(), usual.unknownSurface(), names);
        int[] map = file.value(Vocabulary.CHARS_MAP, int[].class).orElse(new int[0]);
        byte[] charsMap = new byte[map.length];
        for (int i = 0; i < map.length; i++) {
            charsMap[i] = (byte) map[i];
        }
        NormalizerSpec normalizer = new NormalizerSpec(
                charsMap, flag(Vocabulary.SPACE_PREFIX, pairs), flag(Vocabulary.EXTRA_SPACES, false), true);
        return new SentencePieceModel(pieces, trainer, normalizer);
    }

    /** What a {@code tokenizer_config.json} has to say of it. */
    void describe(ObjectNode settings) {
        settings.put("tokenizer_class", "LlamaTokenizer")
                .put("add_bos_token", flag(Vocabulary.ADD_BOS, pairs))
                .put("add_eos_token", flag(Vocabulary.ADD_EOS, !pairs));
        for (String role : ROLES.keySet()) {
            token(role).ifPresent(token -> settings.put(role + "_token", token));
        }
        ObjectNode added = settings.putObject("added_tokens_decoder");
        for (int id = 0; id < pieces.size(); id++) {
            if (pieces.get(id).type() == PieceType.CONTROL) {
                added.set(String.valueOf(id), TokenizerJson.added(pieces.get(id).text(), true));
            }
        }
    }

    /** The two files of CPM: the model, and the ids in a file of their own. */
    Map<String, byte[]> cpm() {
        ObjectNode ids = JsonNodeFactory.instance.objectNode();
        for (int id = 0; id < pieces.size(); id++) {
            if (!isFiller(id)) {
                ids.put(pieces.get(id).text(), id);
            }
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("chinese_vocab.model", model().bytes());
        files.put("vocab.json", ids.toString().getBytes(UTF_8));
        return files;
    }

    private Optional<String> token(String role) {
        return file.number(Vocabulary.PREFIX + ROLES.get(role) + "_token_id")
                .filter(id -> id >= 0 && id < pieces.size())
                .map(id -> pieces.get(id.intValue()).text());
    }

    private boolean flag(String key, boolean otherwise) {
        return file.value(key, Boolean.class).orElse(otherwise);
    }
}
