package org.maliang.model.switchtransformers;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.layer.Block;
import org.maliang.model.layer.FeedForward;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Pass;
import org.maliang.model.layer.Projection;
import org.maliang.model.layer.Routings;
import org.maliang.model.layer.SparseFeedForward;
import org.maliang.model.t5.T5Encoder;
import org.maliang.model.t5.T5Layers;
import org.maliang.model.t5.T5Model;
import org.maliang.tensor.DType;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Switch Transformer (Fedus et al., arXiv:2101.03961): a T5 1.0 in which some feed-forward layers are many, of which a
 * token passes one.
 */
public final class SwitchTransformers extends T5Model {

    private final SwitchConfig config;

    public SwitchTransformers(SwitchConfig config, Parameters all) {
        super(config, all, layers(config));
        this.config = config;
    }

    /** The encoder alone. */
    static Encoder encoder(SwitchConfig config, Parameters all) {
        return T5Encoder.alone(config, all, layers(config));
    }

    private static T5Layers layers(SwitchConfig config) {
        return new T5Layers(config.shape(), (layers, at, layer, decoder) -> {
            Parameters mlp = at.at("mlp");
            return layers.half(at, config.sparse(layer, decoder) ? sparse(config, mlp) : dense(config, layers, mlp));
        });
    }

    private static Block dense(SwitchConfig config, T5Layers layers, Parameters at) {
        return new FeedForward(layers.up(at.at("wi")), config.activation(), layers.down(at.at("wo")))
                .withDropout(config.shape().dropout());
    }

    private static Block sparse(SwitchConfig config, Parameters at) {
        SwitchConfig.Routing routing = config.routing();
        Projection router = router(config, at.at("router").at("classifier"));
        List<Block> experts = new ArrayList<>();
        for (int i = 0; i < routing.experts(); i++) {
            experts.add(expert(config, at.at("experts").at("expert_" + i)));
        }
        return new SparseFeedForward(router, experts, routing.capacity(), routing.jitter());
    }

    /** Works in F32 whatever the weights are: a choice between experts must not hang on rounding. */
    private static Projection router(SwitchConfig config, Parameters at) {
        int experts = config.routing().experts();
        Tensor weight = at.take("weight", Initial.normal(config.shape().initialFactor()), experts, config.hiddenSize());
        if (!config.routing().bias()) {
            return x -> Ops.linear(x, weight.to(DType.F32));
        }
        Tensor bias = at.take("bias", Initial.ZEROS, experts);
        return x -> Ops.linear(x, weight.to(DType.F32), bias.to(DType.F32));
    }

    private static Block expert(SwitchConfig config, Parameters at) {
        int hidden = config.hiddenSize();
        int inner = config.shape().feedForwardSize();
        Initial initial = config.shape().scaled(hidden);
        Projection up = Linear.withoutBias(at.at("wi"), initial, hidden, inner);
        Projection down = Linear.withoutBias(at.at("wo"), initial, inner, hidden);
        return new FeedForward(up, config.activation(), down)
                .withDropout(config.shape().dropout());
    }

    /** The cross-entropy, and for both stacks how large router logits are and how unevenly experts are used. */
    @Override
    public Tensor loss(EncoderInput source, Input target, Tensor labels) {
        Pass reading = encoder().begin(source);
        Memory memory = remember(encoder().hidden(source, reading), source.mask());
        Pass writing = begin(target, memory);
        Tensor loss = loss(hidden(target, writing), labels);
        Tensor withReading = withRouting(loss, reading.routings(), config.sparseStep());
        return withRouting(withReading, writing.routings(), config.decoderSparseStep());
    }

    /** Where every layer is sparse the reference implementation adds nothing. */
    private Tensor withRouting(Tensor loss, Routings routings, int step) {
        if (routings.isEmpty() || step == 1) {
            return loss;
        }
        return loss.add(routings.zLoss().mul(config.routing().zLoss()))
                .add(routings.balanceLoss().mul(config.routing().balanceLoss()));
    }
}
