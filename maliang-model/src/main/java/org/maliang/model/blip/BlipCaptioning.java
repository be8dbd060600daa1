package org.maliang.model.blip;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.head.MaskedLmHead;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.CrossAttention;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** BLIP that describes images (Li et al., arXiv:2201.12086): the text model looks at the image and foretells words. */
public final class BlipCaptioning extends EncoderDecoder {

    private static final double SMOOTHING = 0.1;

    private final BlipVision images;
    private final BlipText text;
    private final MaskedLmHead head;

    BlipCaptioning(BlipConfig config, Parameters all) {
        super(config, all);
        images = new BlipVision(config, all.at("vision_model"));
        Parameters decoder = all.at("text_decoder");
        text = new BlipText(config, decoder.at("bert"));
        head = head(config.text(), decoder.at("cls").at("predictions"));
    }

    private static MaskedLmHead head(BlipConfig.Text config, Parameters at) {
        LayerShape shape = config.layer();
        Tensor bias = at.take("bias", Initial.ZEROS, config.vocabulary());
        Parameters transform = at.at("transform");
        Projection dense = Linear.of(transform.at("dense"), shape.initial(), shape.hidden(), shape.hidden());
        return new MaskedLmHead(
                dense,
                shape.activation(),
                BertLayer.norm(shape, transform.at("LayerNorm")),
                at.at("decoder").take("weight", shape.initial(), config.vocabulary(), shape.hidden()),
                bias);
    }

    @Override
    public BlipVision encoder() {
        return images;
    }

    /**
     * How a caption begins that goes on from a prompt.
     *
     * @param prompt as the model's tokenizer frames it: the begin token of captions stands in place of its first token, and
     *     its last one, which ends a text, goes
     */
    public int[] opening(int[] prompt) {
        int[] opening = Arrays.copyOf(prompt, Math.max(1, prompt.length - 1));
        opening[0] = config().startId();
        return opening;
    }

    @Override
    public Tensor embed(Input caption) {
        Tensor x = text.words().apply(caption.ids()); // [batch, time, hidden]
        return text.embed(x, caption.positions(), caption.cache().length(), caption.isTraining());
    }

    @Override
    public List<Block> blocks() {
        return text.blocks();
    }

    @Override
    public List<CrossAttention> crossAttentions() {
        return text.crossAttentions();
    }

    @Override
    protected Tensor beforeHead(Tensor hidden) {
        return head.transformed(hidden);
    }

    @Override
    public Tensor headWeight() {
        return head.decoder();
    }

    @Override
    public Optional<Tensor> headBias() {
        return Optional.of(head.bias());
    }

    /** The cross-entropy with targets that are smoothed. */
    @Override
    public Tensor loss(EncoderInput image, Input caption, Tensor labels) {
        Tensor hidden = hidden(caption, remember(image)); // [batch, time, hidden]
        return Ops.crossEntropy(logits(hidden.flatten(0, 1)), labels.flatten(), IGNORED, SMOOTHING);
    }
}
