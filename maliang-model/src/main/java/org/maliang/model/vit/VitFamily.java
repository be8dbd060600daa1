package org.maliang.model.vit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import org.maliang.model.Encoder;
import org.maliang.model.HeadKind;
import org.maliang.model.head.EncoderFamily;
import org.maliang.model.layer.Parameters;

/** ViT files: the encoder with its pooler, or with a classifier of images that reads the first position. */
public final class VitFamily extends EncoderFamily<VitConfig> {

    public VitFamily() {
        super("vit");
    }

    @Override
    public VitConfig config(JsonNode config) {
        return VitConfig.of(config);
    }

    @Override
    protected Encoder encoder(VitConfig config, Parameters at, boolean pooler) {
        return new Vit(config, at, pooler);
    }

    @Override
    protected boolean hasPooler(HeadKind kind) {
        return kind == HeadKind.ENCODER;
    }

    @Override
    protected Map<String, Set<HeadKind>> headParts() {
        return Map.of("classifier.", Set.of(HeadKind.IMAGE_CLASSIFICATION));
    }
}
