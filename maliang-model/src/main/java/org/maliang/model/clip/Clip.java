package org.maliang.model.clip;

import org.maliang.model.EncoderInput;
import org.maliang.model.Model;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * CLIP (Radford et al., arXiv:2103.00020): two encoders whose pooled vectors, projected and brought to length one, are close
 * together when a text describes an image.
 */
public final class Clip extends Model {

    private static final long NOTHING_IGNORED = -100;

    private final Tensor logitScale; // []
    private final ClipTextEncoder texts;
    private final ClipImageEncoder images;
    private final Projection ofImages;
    private final Projection ofTexts;

    public Clip(ClipConfig config, Parameters all) {
        super(config, all);
        logitScale = all.take("logit_scale", new Initial(config.initialLogitScale(), 0));
        texts = new ClipTextEncoder(config, all.at("text_model"));
        images = new ClipImageEncoder(config, all.at("vision_model"));
        ofImages =
                projection(config, all.at("visual_projection"), config.vision().tower());
        ofTexts = projection(config, all.at("text_projection"), config.text().tower());
    }

    private static Projection projection(ClipConfig config, Parameters at, ClipTower tower) {
        Initial initial = Initial.normal(Math.pow(tower.hidden(), -0.5) * config.initialFactor());
        return Linear.withoutBias(at, initial, tower.hidden(), config.projectionSize());
    }

    /** The encoder of texts. */
    public ClipTextEncoder texts() {
        return texts;
    }

    /** The encoder of images. */
    public ClipImageEncoder images() {
        return images;
    }

    /** A text's place among texts and images, of length one: {@code [batch, projection]}. */
    public Tensor textVector(EncoderInput text) {
        return unit(ofTexts.apply(texts.pooled(texts.hidden(text), text)));
    }

    /** An image's place among texts and images, of length one: {@code [batch, projection]}. */
    public Tensor imageVector(EncoderInput image) {
        return unit(ofImages.apply(images.pooled(images.hidden(image), image)));
    }

    private static Tensor unit(Tensor x) {
        return x.div(x.square().sum(-1, true).sqrt());
    }

    /** How well texts describe images: {@code [texts, images]}, cosines times the learned factor. */
    public Tensor similarity(Tensor textVectors, Tensor imageVectors) {
        return textVectors.matmul(imageVectors.transpose(0, 1)).mul(logitScale.exp());
    }

    /** The contrastive loss of pairs: each text must find its image, and each image its text, among all {@code [n, n]}. */
    public static Tensor loss(Tensor similarity) {
        Tensor own = Tensor.arange(similarity.size(0)).to(similarity.device());
        return Ops.crossEntropy(similarity, own, NOTHING_IGNORED)
                .add(Ops.crossEntropy(similarity.transpose(0, 1), own, NOTHING_IGNORED))
                .div(2);
    }
}
