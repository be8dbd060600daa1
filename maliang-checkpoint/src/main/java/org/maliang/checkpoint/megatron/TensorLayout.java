package org.maliang.checkpoint.megatron;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How the tensors of a model are shared by tensor-parallel ranks, told by their names. What no rule names is replicated.
 *
 * @param order of the rows of fused queries, keys and values
 * @param rules the first whose pattern is found in the name decides
 */
public record TensorLayout(QkvOrder order, List<Rule> rules) {

    /**
     * What holds for the tensors of some names.
     *
     * @param name is searched for in the name
     */
    public record Rule(Pattern name, Partition partition) {
        static Rule of(String name, Partition partition) {
            return new Rule(Pattern.compile("(?:^|\\.)" + name + "$"), partition);
        }
    }

    /** Version 0, with queries, keys and values in blocks: CPM (CPM-1-Generate, {@code change_mp.py}). */
    public static final TensorLayout CPM = megatron(QkvOrder.BLOCKS, false);

    /** Version 2 and later, with queries, keys and values by head: Megatron-LM, the larger models of AliceMind GPT-3. */
    public static final TensorLayout MEGATRON = megatron(QkvOrder.HEADS, false);

    /** PLUG's encoder and decoder (AliceMind, {@code PLUG/model/modeling.py}): version 0 with BERT's names. */
    public static final TensorLayout PLUG = plug();

    public TensorLayout {
        rules = List.copyOf(rules);
    }

    /**
     * Megatron-LM's names, old and new, and Megatron-Core's.
     *
     * @param gated whether the first half of {@code dense_h_to_4h} is the gate of the second (SwiGLU)
     */
    public static TensorLayout megatron(QkvOrder order, boolean gated) {
        boolean fusedFirst = order == QkvOrder.BLOCKS;
        return new TensorLayout(
                order,
                List.of(
                        Rule.of("(word_embeddings|lm_head|output_layer)\\.weight", Partition.ofVocabulary()),
                        Rule.of("lm_head\\.bias", Partition.ofVocabulary()),
                        Rule.of("(query_key_value|linear_qkv)\\.(weight|bias)", Partition.blocks(fusedFirst ? 3 : 1)),
                        Rule.of("(key_value|linear_kv)\\.(weight|bias)", Partition.blocks(fusedFirst ? 2 : 1)),
                        Rule.of("(query|linear_q)\\.(weight|bias)", Partition.concatenated(0)),
                        Rule.of("(dense_h_to_4h|linear_fc1)\\.(weight|bias)", Partition.blocks(gated ? 2 : 1)),
                        Rule.of("\\w*attention\\.(dense|linear_proj)\\.weight", Partition.concatenated(1)),
                        Rule.of("(dense_4h_to_h|linear_fc2)\\.weight", Partition.concatenated(1))));
    }

    /** The rule for one tensor. */
    public Partition partition(String name) {
        return rules.stream()
                .filter(rule -> rule.name().matcher(name).find())
                .findFirst()
                .map(Rule::partition)
                .orElse(Partition.replicated());
    }

    private static TensorLayout plug() {
        var rules = new ArrayList<Rule>();
        rules.add(Rule.of("cls\\.predictions\\.bias", Partition.ofVocabulary()));
        rules.add(Rule.of("intermediate\\.(dense\\.)?(weight|bias)", Partition.concatenated(0)));
        rules.add(Rule.of("output\\.(dense\\.)?weight", Partition.concatenated(1)));
        rules.addAll(CPM.rules);
        return new TensorLayout(CPM.order, rules);
    }
}
