package org.maliang.tokenizer.sentencepiece;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code trainer_spec} says that matters after training.
 *
 * @param pairs whether text is cut by joining pairs (BPE), not by probabilities (Unigram)
 * @param byteFallback whether bytes spell what no piece spells
 * @param suffix whether a blank belongs to the word before it
 * @param unknownSurface what decoding writes for the unknown piece
 * @param names how the tokens {@code bos}, {@code eos}, {@code unk} and {@code pad} are spelled
 */
public record TrainerSpec(
        boolean pairs, boolean byteFallback, boolean suffix, String unknownSurface, Map<String, String> names) {
    private static final int UNIGRAM = 1;
    private static final int BPE = 2;
    private static final List<String> ROLES = List.of("unk", "bos", "eos", "pad"); // in the order of their fields
    private static final int FIRST_NAME = 45;
    private static final int FIRST_ID = 40;

    public TrainerSpec {
        names = Map.copyOf(names);
    }

    /** What files that say nothing mean. */
    public static TrainerSpec of(boolean pairs, boolean byteFallback) {
        Map<String, String> names = Map.of("unk", "<unk>", "bos", "<s>", "eos", "</s>", "pad", "<pad>");
        return new TrainerSpec(pairs, byteFallback, false, " \u2047 ", names);
    }

    static TrainerSpec read(ProtoReader in) throws IOException {
        TrainerSpec usual = of(false, false);
        int modelType = UNIGRAM;
        boolean byteFallback = false;
        boolean suffix = false;
        String unknownSurface = usual.unknownSurface();
        Map<String, String> names = new HashMap<>(usual.names());
        for (int field = in.field(); field != 0; field = in.field()) {
            switch (field) {
                case 3 -> modelType = in.integer();
                case 24 -> suffix = in.bool();
                case 35 -> byteFallback = in.bool();
                case 44 -> unknownSurface = in.text();
                case 45, 46, 47, 48 -> names.put(ROLES.get(field - FIRST_NAME), in.text());
                default -> in.skip();
            }
        }
        if (modelType != UNIGRAM && modelType != BPE) {
            throw new IOException("model type " + modelType + "; only Unigram (1) and BPE (2) are known");
        }
        return new TrainerSpec(modelType == BPE, byteFallback, suffix, unknownSurface, names);
    }

    /** @param pieces all pieces, from whose order the ids of the roles follow */
    ProtoWriter write(List<SentencePieceModel.Entry> pieces) {
        var out = new ProtoWriter().integer(3, pairs ? BPE : UNIGRAM).integer(4, pieces.size());
        out.bool(24, suffix).bool(35, byteFallback).text(44, unknownSurface);
        List<String> spelled =
                pieces.stream().map(SentencePieceModel.Entry::text).toList();
        for (int role = 0; role < ROLES.size(); role++) {
            String name = names.getOrDefault(ROLES.get(role), "");
            out.integer(FIRST_ID + role, spelled.indexOf(name)).text(FIRST_NAME + role, name);
        }
        return out;
    }
}
