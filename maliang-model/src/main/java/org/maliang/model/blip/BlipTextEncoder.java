package org.maliang.model.blip;

import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/** BLIP's encoder of texts, which may look at an image. */
public final class BlipTextEncoder extends Encoder {

    private final BlipText text;

    BlipTextEncoder(BlipConfig config, Parameters at) {
        super(config, at);
        text = new BlipText(config, at);
    }

    @Override
    public Tensor embed(EncoderInput input) {
        EncoderInput.refuse(input.images(), "images");
        EncoderInput.refuse(input.boxes(), "boxes");
        EncoderInput.refuse(input.types(), "segments");
        EncoderInput.refuse(input.tasks(), "task ids");
        Tensor x = input.vectors().orElseGet(() -> text.words().apply(input.requiredIds())); // [batch, time, hidden]
        return text.embed(x, input.positions(), 0, input.isTraining());
    }

    /** The layers, which look at nothing unless their pass has a memory. */
    @Override
    public List<Block> blocks() {
        return text.blocks();
    }

    /**
     * The final hidden states of a text that looks at an image.
     *
     * @param image the image encoder's states, {@code [batch, positions, hidden of images]}
     * @return {@code [batch, time, hidden]}
     */
    public Tensor hidden(EncoderInput input, Tensor image) {
        Memory memory = Memory.of(text.crossAttentions(), image, Mask.NONE);
        return hidden(input, begin(input).withMemory(memory));
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(text.words().weight());
    }
}
