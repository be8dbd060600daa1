package org.maliang.model.layoutlmv3;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.ModelException;
import org.maliang.model.bert.BertEmbeddings;
import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.PaddingMask;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.RelativeBias;
import org.maliang.tensor.DType;
import org.maliang.tensor.Mask;
import org.maliang.tensor.Tensor;

/**
 * LayoutLMv3's encoder (Huang et al., arXiv:2204.08387): words, then the image's patches, in one sequence.
 *
 * <pre>
 * text = LayerNorm(word + type + position + [left; top; right; bottom; height; width])
 * x = LayerNorm([text; PageImage(image)]), or text where there is no image
 * x = BertLayer(x), its scores biased by distances in the text and on the page     num_hidden_layers times
 * </pre>
 *
 * <p>Boxes are on a grid of 1000 by 1000; without them all words stand in the corner.
 */
public final class LayoutLmv3 extends Encoder {

    /** Heights and widths beyond it are taken for it. */
    private static final int LONGEST_EDGE = 1023;

    private final LayoutLmv3Config config;
    private final BertEmbeddings words;
    private final LayerNorm norm;
    private final List<Embedding> edges = new ArrayList<>(); // x, y, height, width
    private final Optional<PageImage> image;
    private final List<Block> blocks = new ArrayList<>();
    private final Optional<Tensor> textBias; // [heads, bins]
    private final List<Tensor> pageBias = new ArrayList<>(); // across and down, [heads, bins] each

    public LayoutLmv3(LayoutLmv3Config config, Parameters at) {
        super(config, at);
        this.config = config;
        LayerShape shape = config.bert().layer();
        Parameters embeddings = at.at("embeddings");
        words = BertEmbeddings.of(config.bert().tables(shape.hidden()), embeddings, x -> x);
        norm = BertLayer.norm(shape, embeddings.at("LayerNorm"));
        LayoutLmv3Config.Boxes boxes = config.boxes();
        for (String edge : List.of("x", "y")) {
            edges.add(edge(embeddings, edge, boxes.coordinateSize()));
        }
        for (String edge : List.of("h", "w")) {
            edges.add(edge(embeddings, edge, boxes.shapeSize()));
        }
        image = config.image().seen() ? Optional.of(PageImage.of(config, at)) : Optional.empty();
        Parameters encoder = at.at("encoder");
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(BertLayer.of(shape, encoder.at("layer").at(layer)));
        }
        textBias = config.text().used() ? Optional.of(bias(encoder, "rel_pos_bias", config.text())) : Optional.empty();
        if (config.page().used()) {
            pageBias.add(bias(encoder, "rel_pos_x_bias", config.page()));
            pageBias.add(bias(encoder, "rel_pos_y_bias", config.page()));
        }
    }

    private Embedding edge(Parameters embeddings, String name, int size) {
        Initial initial = Initial.normal(config.initialDeviation());
        return Embedding.of(
                embeddings.at(name + "_position_embeddings"),
                initial,
                config.boxes().rows(),
                size);
    }

    private Tensor bias(Parameters encoder, String name, LayoutLmv3Config.Distances distances) {
        Initial initial = Initial.normal(config.initialDeviation());
        return encoder.at(name).take("weight", initial, config.heads(), distances.bins());
    }

    @Override
    public Tensor embed(EncoderInput input) {
        Tensor x = norm.apply(words.sum(input).add(spatial(boxes(input)))); // [batch, time, hidden]
        Tensor text = words.dropout().apply(x, input.isTraining());
        if (input.images().isEmpty()) {
            return text;
        }
        PageImage eyes = eyes();
        Tensor both = Tensor.cat(List.of(text, eyes.apply(input.requiredImages())), 1);
        return words.dropout().apply(eyes.join().apply(both), input.isTraining());
    }

    private PageImage eyes() {
        return image.orElseThrow(
                () -> new ModelException("this model sees no images (\"visual_embed\" is false): leave them out"));
    }

    private static Tensor boxes(EncoderInput input) {
        Tensor text = input.vectors().orElseGet(input::requiredIds);
        return input.boxes().orElseGet(() -> Tensor.zeros(text.device(), DType.I64, text.size(0), text.size(1), 4));
    }

    /** {@code [batch, time, 4] -> [batch, time, hidden]}. */
    private Tensor spatial(Tensor boxes) {
        Tensor left = boxes.select(2, 0); // [batch, time]
        Tensor top = boxes.select(2, 1);
        Tensor right = boxes.select(2, 2);
        Tensor bottom = boxes.select(2, 3);
        return Tensor.cat(
                List.of(
                        edges.get(0).apply(left),
                        edges.get(1).apply(top),
                        edges.get(0).apply(right),
                        edges.get(1).apply(bottom),
                        edges.get(2).apply(bottom.sub(top).clamp(0, LONGEST_EDGE)),
                        edges.get(3).apply(right.sub(left).clamp(0, LONGEST_EDGE))),
                2);
    }

    /** Hides padding; words and patches see each other, and scores are biased by their distances. */
    @Override
    protected Mask mask(EncoderInput input) {
        Mask padding = input.images().isEmpty() ? super.mask(input) : withImage(input);
        if (textBias.isEmpty()) {
            return padding;
        }
        LayoutLmv3Config.Distances far = config.text();
        Tensor bias = new RelativeBias(textBias.get().transpose(0, 1), true, far.longest())
                .at(apart(order(input))); // [1, heads, positions, positions]
        if (!pageBias.isEmpty()) {
            Tensor boxes = input.images().isEmpty() ? boxes(input) : withImage(boxes(input));
            bias = bias.add(onPage(0, boxes.select(2, 0))).add(onPage(1, boxes.select(2, 3)));
        }
        Tensor scaled = bias.mul(config.bert().layer().scale());
        Tensor hidden = padding.tensor();
        return Mask.of(hidden == null ? scaled : scaled.add(hidden));
    }

    private Mask withImage(EncoderInput input) {
        if (input.mask().isEmpty()) {
            return Mask.NONE;
        }
        Tensor visible = input.mask().get();
        if (visible.rank() != 2) {
            throw new ModelException("masks of pages with an image are [batch, time], not of every pair");
        }
        Tensor all =
                Tensor.ones(visible.dtype(), visible.size(0), eyes().length()).to(visible.device());
        return PaddingMask.of(Tensor.cat(List.of(visible, all), 1), scoreType());
    }

    private Tensor withImage(Tensor boxes) {
        Tensor patches = eyes().boxes().to(boxes.device()); // [1, patches, 4]
        return Tensor.cat(List.of(boxes, patches.expand(boxes.size(0), patches.size(1), 4)), 1);
    }

    /** Words are counted, then the image's positions from the start again: {@code [1, positions]}. */
    private Tensor order(EncoderInput input) {
        Tensor text = Tensor.arange(input.time()).unsqueeze(0);
        Tensor both = input.images().isEmpty()
                ? text
                : Tensor.cat(List.of(text, Tensor.arange(eyes().length()).unsqueeze(0)), 1);
        return both.to(textBias.orElseThrow().device());
    }

    /** Keys less queries: {@code [batch, positions] -> [batch, positions, positions]}. */
    private static Tensor apart(Tensor places) {
        return places.unsqueeze(1).sub(places.unsqueeze(2));
    }

    private Tensor onPage(int axis, Tensor places) {
        Tensor weight = pageBias.get(axis).transpose(0, 1);
        return new RelativeBias(weight, true, config.page().longest()).at(apart(places));
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public Optional<Tensor> tokenEmbedding() {
        return Optional.of(words.words().weight());
    }
}
