package org.maliang.model.bart;

import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.tensor.Tensor;

/** The side of a BART that reads. */
final class BartEncoder extends Encoder {

    private final Embedding tokens;
    private final BartStack stack;

    BartEncoder(BartConfig config, Parameters at, Embedding tokens) {
        super(config, at);
        this.tokens = tokens;
        this.stack = BartStack.encoder(config, at);
    }

    @Override
    public Pass begin(EncoderInput input) {
        EncoderInput.refuse(input.types(), "token types");
        EncoderInput.refuse(input.positions(), "positions");
        EncoderInput.refuse(input.images(), "images");
        return super.begin(input);
    }

    @Override
    public Tensor embed(EncoderInput input) {
        Tensor x = input.vectors().orElseGet(() -> tokens.apply(input.requiredIds())); // [batch, time, hidden]
        return stack.embed(x, Optional.empty(), 0, input.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return stack.blocks();
    }

    @Override
    public Tensor finalNorm(Tensor x) {
        return stack.finalNorm(x);
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(tokens.weight());
    }
}
