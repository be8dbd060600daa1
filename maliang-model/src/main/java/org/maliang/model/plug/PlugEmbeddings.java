package org.maliang.model.plug;

import java.util.Optional;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Tensor;

/** What both stacks of a PLUG read: words, positions and types, summed and normed. */
record PlugEmbeddings(Embedding words, Embedding positions, Embedding types, LayerNorm norm, Dropout dropout) {

    static PlugEmbeddings of(PlugConfig config, Parameters at) {
        int size = config.hiddenSize();
        return new PlugEmbeddings(
                Embedding.of(at.at("word_embeddings"), config.initial(), config.vocabularySize(), size),
                Embedding.of(at.at("position_embeddings"), config.initial(), config.contextLength(), size),
                Embedding.of(at.at("token_type_embeddings"), config.initial(), config.tokenTypes(), size),
                LayerNorm.of(at.at("LayerNorm"), size, config.normEpsilon()),
                config.dropout());
    }

    /**
     * {@code [batch, time, hidden]}.
     *
     * @param x the vectors of the words {@code [batch, time, hidden]}
     * @param where {@code [batch, time]}; counted from {@code start} where there are none
     * @param segments {@code [batch, time]}; all in the first where there are none
     */
    Tensor apply(Tensor x, Optional<Tensor> where, long start, Optional<Tensor> segments, boolean training) {
        Tensor placed = x.add(where.map(positions::apply).orElseGet(() -> positions.rows(start, x.size(1))));
        Tensor typed = placed.add(segments.map(types::apply).orElseGet(() -> types.rows(0, 1)));
        return dropout.apply(norm.apply(typed), training);
    }
}
