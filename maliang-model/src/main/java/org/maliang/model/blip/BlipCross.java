package org.maliang.model.blip;

import org.maliang.model.bert.BertLayer;
import org.maliang.model.bert.LayerShape;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.Heads;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.PostNorm;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.SelfAttention;
import org.maliang.tensor.Tensor;

/** How a layer of the text model looks at an image: queries come from the text, keys and values from the image. */
record BlipCross(
        LayerShape shape, Projection query, Projection key, Projection value, Projection output, LayerNorm norm) {

    static BlipCross of(LayerShape shape, int imageSize, Parameters at) {
        int hidden = shape.hidden();
        Parameters self = at.at("self");
        Parameters output = at.at("output");
        return new BlipCross(
                shape,
                Linear.of(self.at("query"), shape.initial(), hidden, hidden),
                Linear.of(self.at("key"), shape.initial(), imageSize, hidden),
                Linear.of(self.at("value"), shape.initial(), imageSize, hidden),
                Linear.of(output.at("dense"), shape.initial(), hidden, hidden),
                BertLayer.norm(shape, output.at("LayerNorm")));
    }

    /** @param image {@code [batch, positions, hidden of images]} */
    Block at(Tensor image) {
        Heads.Source heads = Heads.separate(query, x -> key.apply(image), x -> value.apply(image), shape.heads());
        var settings = new SelfAttention.Settings(0, shape.scale(), shape.attentionDropout());
        SelfAttention attention = new SelfAttention(heads, output, settings);
        return new PostNorm(attention, shape.dropout(), norm);
    }
}
