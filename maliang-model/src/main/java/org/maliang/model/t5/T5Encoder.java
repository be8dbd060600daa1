package org.maliang.model.t5;

import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.KvCache;
import org.maliang.model.layer.PaddingMask;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/** The side of a T5 that reads. It makes vectors of texts by itself, too. Texts may have any length. */
public final class T5Encoder extends Encoder {

    private final Embedding tokens;
    private final T5Stack stack;

    T5Encoder(T5ModelConfig config, Parameters all, Embedding tokens, T5Stack stack) {
        super(config, all);
        this.tokens = tokens;
        this.stack = stack;
    }

    /** An encoder without a decoder; its parameters are the token embedding and those below {@code encoder}. */
    public static T5Encoder alone(T5ModelConfig config, Parameters all, T5Layers layers) {
        Embedding tokens = layers.tokens(all, config.vocabularySize());
        return new T5Encoder(config, all, tokens, layers.encoder(all.at("encoder"), config.layers()));
    }

    @Override
    public Pass begin(EncoderInput input) {
        EncoderInput.refuse(input.types(), "token types");
        EncoderInput.refuse(input.positions(), "positions");
        EncoderInput.refuse(input.images(), "images");
        Mask mask = input.mask()
                .map(visible -> PaddingMask.of(visible, scoreType()))
                .orElse(Mask.NONE);
        return stack.biased(Pass.of(mask, KvCache.none(), input.isTraining()), input.time());
    }

    @Override
    public Tensor embed(EncoderInput input) {
        Tensor x = input.vectors().orElseGet(() -> tokens.apply(input.requiredIds()));
        return stack.dropout().apply(x, input.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return stack.blocks();
    }

    @Override
    public Tensor finalNorm(Tensor x) {
        return stack.norm().apply(x);
    }

    @Override
    public Tensor hidden(EncoderInput input, Pass pass) {
        return stack.dropout().apply(super.hidden(input, pass), input.isTraining());
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(tokens.weight());
    }
}
