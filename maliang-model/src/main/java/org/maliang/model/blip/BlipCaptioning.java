package org.maliang.model.blip;

import org.maliang.model.EncoderInput;
import org.maliang.model.Model;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.head.MaskedLmHead;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/** BLIP that describes images (Li et al., arXiv:2201.12086): the text model looks at the image and foretells words. */
public final class BlipCaptioning extends Model {

    private static final long IGNORED = -100;
    private static final double SMOOTHING = 0.1;

    private final BlipVision images;
    private final BlipText texts;
    private final MaskedLmHead head;

    BlipCaptioning(BlipConfig config, Parameters all) {
        super(config, all);
        images = new BlipVision(config, all.at("vision_model"));
        Parameters decoder = all.at("text_decoder");
        texts = new BlipText(config, decoder.at("bert"), true);
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

    /** The encoder of images. */
    public BlipVision images() {
        return images;
    }

    /** Scores of the next token: {@code [batch, time, vocabulary]}. */
    public Tensor logits(EncoderInput caption, EncoderInput image) {
        return head.logits(texts.hidden(caption, images.hidden(image)));
    }

    /**
     * The mean cross-entropy, in nats and with smoothed targets, of labels that are not -100.
     *
     * @param logits {@code [batch, time, vocabulary]}
     * @param labels {@code [batch, time]}: position {@code i} of the logits foretells label {@code i + 1}
     */
    public static Tensor loss(Tensor logits, Tensor labels) {
        long last = labels.size(1) - 1;
        Tensor foretold = logits.narrow(1, 0, last).flatten(0, 1); // [batch * (time - 1), vocabulary]
        return Ops.crossEntropy(foretold, labels.narrow(1, 1, last).flatten(), IGNORED, SMOOTHING);
    }
}
