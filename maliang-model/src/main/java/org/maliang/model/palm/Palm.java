package org.maliang.model.palm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.bert.Bert;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.Sinusoids;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * PALM (Bi et al., arXiv:2004.07159) and PALM 2.0: a BERT or RoBERTa reads the source, a decoder with its own embedding
 * writes the target. Not Google's PaLM.
 *
 * <pre>
 * x = √hidden · embeddings[ids] + sines[0, 1, …]
 * x = PalmLayer(x)                                      dec_layers times
 * h = layer_norm(x)
 * scores = h embeddingsᵀ + bias                         or, with p_gen, see {@link CopyHead}
 * </pre>
 *
 * <p>Built after AliceMind's PALM/models and ModelScope's modelscope/models/nlp/palm_v2/text_generation.py. The published
 * weights were not at hand: that they load and write as theirs do has not been compared; the arithmetic is held to a slow
 * reference in the test, and the sizes to the published ones. Search is that of this library: the first release divides
 * scores by ((5 + length) / 6)^alpha and ends when the best beam does.
 */
public final class Palm extends EncoderDecoder {

    private final PalmConfig config;
    private final Bert encoder;
    private final Embedding words;
    private final List<PalmLayer> layers = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Tensor headBias; // [vocabulary]
    private final Optional<CopyHead> copyHead;

    public Palm(PalmConfig config, Parameters all) {
        super(config, all);
        this.config = config;
        encoder = new Bert(config.encoder(), all.at("bert"), true);
        int hidden = config.hiddenSize();
        Initial initial = Initial.normal(config.encoder().initialDeviation());
        Parameters decoder = all.at("decoder");
        words = Embedding.of(decoder.at("embeddings"), initial, config.vocabularySize(), hidden, config.padId());
        for (int layer = 0; layer < config.decoderLayers(); layer++) {
            layers.add(
                    PalmLayer.of(config, layer, decoder.at("transformer_layers").at(layer)));
        }
        finalNorm = PalmLayer.norm(decoder.at("layer_norm"), hidden);
        Parameters generator = all.at("generator");
        headBias = generator.at("dense").take("bias", Initial.ZEROS, config.vocabularySize());
        boolean twice = config.copying() == PalmConfig.Copying.SOFTMAX_TWICE;
        copyHead = config.copying() == PalmConfig.Copying.NONE
                ? Optional.empty()
                : Optional.of(CopyHead.of(hidden, twice, generator.at("prob_proj")));
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Tensor embed(Input target) {
        int hidden = config.hiddenSize();
        Tensor x = words.apply(target.ids()).mul(Math.sqrt(hidden)); // [batch, time, hidden]
        Sinusoids sines = new Sinusoids(hidden, false);
        Tensor places = target.positions()
                .map(sines::at)
                .orElseGet(() -> sines.rows(target.cache().length(), target.time()));
        return config.dropout().apply(x.add(places.to(x.device()).to(x.dtype())), target.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return Collections.unmodifiableList(layers);
    }

    @Override
    public List<CrossAttention> crossAttentions() {
        return layers.stream().map(PalmLayer::cross).toList();
    }

    @Override
    public Tensor finalNorm(Tensor x, Pass pass) {
        return finalNorm.apply(x);
    }

    @Override
    public Tensor headWeight() {
        return words.weight();
    }

    @Override
    public Optional<Tensor> headBias() {
        return Optional.of(headBias);
    }

    /** Where words are copied, the memory also holds the encoder's states and the ids. */
    @Override
    public Memory remember(EncoderInput source) {
        Tensor states = encoder.hidden(source); // [batch, source, hidden]
        Memory memory = remember(states, source.mask());
        return copyHead.isPresent() ? CopyHead.remember(memory, states, source.requiredIds()) : memory;
    }

    @Override
    public Tensor scores(Input target, Memory memory, long last) {
        return copyHead.map(head -> scores(head, target, memory, last))
                .orElseGet(() -> super.scores(target, memory, last));
    }

    private Tensor scores(CopyHead head, Input target, Memory memory, long last) {
        Pass pass = begin(target, memory);
        Tensor x = embed(target);
        int top = layers.size() - 1;
        for (PalmLayer layer : layers.subList(0, top)) {
            x = layer.apply(x, pass);
        }
        Tensor heard = layers.get(top).self().apply(x, pass); // [batch, time, hidden]
        Tensor hidden = finalNorm.apply(layers.get(top).rest().apply(heard, pass));
        target.cache().advance(target.time());
        long start = target.time() - last;
        Tensor states = hidden.narrow(1, start, last);
        Tensor seen = layers.get(top).seen(heard.narrow(1, start, last), pass); // [batch, last, source]
        return head.scores(logits(states), states, seen, memory);
    }

    /** The mean cross-entropy, of what is written and copied together where words are copied. */
    @Override
    public Tensor loss(EncoderInput source, Input target, Tensor labels) {
        if (copyHead.isEmpty()) {
            return super.loss(source, target, labels);
        }
        Tensor scores = scores(target, remember(source), target.time()); // [batch, time, vocabulary]
        return Ops.crossEntropy(scores.flatten(0, 1), labels.flatten(), IGNORED);
    }
}
