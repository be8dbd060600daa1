package org.maliang.checkpoint.megatron;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which tensor is spread over the ranks in which way, by its name. The names are those of Megatron-LM, CPM, AliceMind's
 * GPT-3 and PLUG; what no rule names, every rank has whole. Biases of row-parallel layers are among those: they are added
 * once, after the ranks' sums, so that the copies must not be added up.
 *
 * @param fusedBlocks the blocks of a fused projection of queries, keys and values, each cut by itself: 3 where all queries
 *     lie before all keys (checkpoint version 0), 1 where every head has its own lying together (later versions)
 */
public record ShardRules(int fusedBlocks) {

    /** CPM, PLUG and all that was written before checkpoints had versions. */
    public static final ShardRules VERSION_0 = new ShardRules(3);

    /** Since checkpoint version 1: head by head. */
    public static final ShardRules BY_HEAD = new ShardRules(1);

    private static final String PART = "\\.(weight|bias)";
    private static final Pattern FUSED = ending("query_key_value" + PART);
    private static final Pattern KEY_VALUE = ending("key_value" + PART);

    private static final Map<Pattern, Split> OTHERS = Map.of(
            ending("word_embeddings\\.weight|output_layer\\.weight|lm_head\\.weight|cls\\.predictions\\.bias"),
            Split.VOCABULARY,
            ending("cross_attention\\.query" + PART + "|inter_attention\\.query" + PART),
            Split.ROWS,
            ending("dense_h_to_4h" + PART + "|intermediate\\.dense" + PART + "|layer\\.\\d+\\.intermediate" + PART),
            Split.ROWS,
            ending("attention\\.dense\\.weight|attention\\.output\\.dense\\.weight|dense_4h_to_h\\.weight"),
            Split.COLUMNS,
            ending("layer\\.\\d+\\.output\\.dense\\.weight|layer\\.\\d+\\.output\\.weight"),
            Split.COLUMNS);

    /** The rules for a checkpoint of that version. */
    public static ShardRules ofVersion(double version) {
        return version < 1 ? VERSION_0 : BY_HEAD;
    }

    Split of(String name) {
        if (FUSED.matcher(name).matches()) {
            return Split.blocks(fusedBlocks);
        }
        if (KEY_VALUE.matcher(name).matches()) {
            return Split.blocks(fusedBlocks == 1 ? 1 : 2);
        }
        return OTHERS.entrySet().stream()
                .filter(rule -> rule.getKey().matcher(name).matches())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Split.REPLICATED);
    }

    private static Pattern ending(String names) {
        return Pattern.compile("(.*\\.)?(" + names + ")");
    }
}
