package org.maliang.model.blip;

import org.maliang.model.EncoderInput;
import org.maliang.model.Model;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Tensor;

/**
 * BLIP for finding images by texts and texts by images (Li et al., arXiv:2201.12086): a quick comparison of vectors, and a
 * thorough one in which the text looks at the image.
 */
public final class BlipRetrieval extends Model {

    private final BlipVision images;
    private final BlipTextEncoder texts;
    private final Projection ofImages;
    private final Projection ofTexts;
    private final Projection match;

    BlipRetrieval(BlipConfig config, Parameters all) {
        super(config, all);
        Initial initial = Initial.normal(config.initialDeviation());
        images = new BlipVision(config, all.at("vision_model"));
        texts = new BlipTextEncoder(config, all.at("text_encoder"));
        ofImages = Linear.of(all.at("vision_proj"), initial, config.vision().hidden(), config.meetingSize());
        ofTexts = Linear.of(all.at("text_proj"), initial, config.hiddenSize(), config.meetingSize());
        match = Linear.of(all.at("itm_head"), initial, config.hiddenSize(), 2);
    }

    /** The encoder of images. */
    public BlipVision images() {
        return images;
    }

    /** The encoder of texts. */
    public BlipTextEncoder texts() {
        return texts;
    }

    /** An image's place among texts and images, of length one: {@code [batch, meeting]}. */
    public Tensor imageVector(EncoderInput image) {
        return unit(ofImages.apply(images.hidden(image).select(1, 0)));
    }

    /** A text's place among texts and images, of length one: {@code [batch, meeting]}. */
    public Tensor textVector(EncoderInput text) {
        return unit(ofTexts.apply(texts.hidden(text).select(1, 0)));
    }

    private static Tensor unit(Tensor x) {
        return x.div(x.square().sum(-1, true).sqrt());
    }

    /** Cosines of all images with all texts: {@code [images, texts]}. */
    public static Tensor similarity(Tensor imageVectors, Tensor textVectors) {
        return imageVectors.matmul(textVectors.transpose(0, 1));
    }

    /** Whether each text describes the image of its row: scores of no and yes, {@code [batch, 2]}. */
    public Tensor match(EncoderInput text, EncoderInput image) {
        return match.apply(texts.hidden(text, images.hidden(image)).select(1, 0));
    }
}
