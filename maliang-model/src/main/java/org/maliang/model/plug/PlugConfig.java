package org.maliang.model.plug;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.ModelException;
import org.maliang.model.SlidingWindow;
import org.maliang.model.Spelling;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Initial;

/**
 * The shape of a PLUG, under the keys of ModelScope's {@code PlugNLGConfig} (modelscope/models/nlp/plug/configuration.py).
 *
 * @param family the {@code model_type} it came with
 * @param vocabularySize rows of the embedding; they fill up to a multiple of 1024 so that it can be split
 * @param wordCount how many of them have a meaning
 * @param tokenTypes segments that the encoder tells apart; the decoder is all in the first
 * @param deepInitial whether the encoder's projections to the residual stream start narrower, as the decoder's do
 */
public record PlugConfig(
        String family,
        int vocabularySize,
        int wordCount,
        int contextLength,
        int tokenTypes,
        int hiddenSize,
        int layers,
        int decoderLayers,
        int heads,
        int feedForwardSize,
        Activation activation,
        Dropout dropout,
        Dropout attentionDropout,
        double normEpsilon,
        double initialDeviation,
        boolean deepInitial,
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt padId,
        int startId)
        implements EncoderDecoderConfig {

    private static final int CLS = 101; // of the usual Chinese BERT vocabulary
    private static final int SEP = 102;

    public PlugConfig {
        if (hiddenSize % heads != 0) {
            throw new ModelException(
                    "config.json: hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
        }
    }

    /** Reads {@code config.json}; keys it lacks have the values of the published model. */
    public static PlugConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        if (!config.flag("pre_ln", true) || config.flag("attn_separate", false)) {
            throw new UnsupportedModelException("config.json: a PLUG with pre_ln false or attn_separate true is not"
                    + " supported: the published model has its norms before the branches, and fused projections");
        }
        int vocabulary = config.count("vocab_size", 21504);
        OptionalInt bos = config.id("bos_token_id", CLS);
        OptionalInt pad = config.id("pad_token_id", 0);
        return new PlugConfig(
                config.text("model_type", "plug"),
                vocabulary,
                Math.min(vocabulary, config.count("original_vocab_size", Math.min(vocabulary, 21128))),
                config.count("max_position_embeddings", 2048),
                config.count("type_vocab_size", 3),
                config.count("hidden_size", 8192),
                config.count("num_hidden_layers", 24),
                config.count("dec_hidden_layers", 6),
                config.count("num_attention_heads", 128),
                config.count("intermediate_size", 32768),
                config.activation("hidden_act", Activation.GELU),
                new Dropout(config.probability("hidden_dropout_prob", 0.1)),
                new Dropout(config.probability("attention_probs_dropout_prob", 0.1)),
                config.number("layernorm_epsilon", config.number("layer_norm_eps", 1e-12)),
                config.number("initializer_range", 0.00707),
                config.flag("deep_init", false),
                bos,
                config.id("eos_token_id", SEP),
                pad,
                config.id("decoder_start_token_id").orElse(bos.orElse(pad.orElse(0))));
    }

    @Override
    public int decoderHeads() {
        return heads;
    }

    /** As generate_plug.py draws. */
    @Override
    public ObjectNode wishes() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        return json.put("do_sample", true)
                .put("temperature", 0.9)
                .put("top_k", 20)
                .put("top_p", 1)
                .put("max_new_tokens", 128);
    }

    /** 512 tokens read and 128 written at a time, as generate_plug.py has it, or as many as there are positions. */
    @Override
    public Optional<SlidingWindow> window() {
        return Optional.of(new SlidingWindow(Math.min(512, contextLength), Math.min(128, contextLength), 0.8));
    }

    @Override
    public Spelling spelling() {
        return Spelling.JOINED_QUOTING;
    }

    /** Fresh weights. */
    Initial initial() {
        return Initial.normal(initialDeviation);
    }

    /** Fresh weights of a projection that writes to the residual stream: narrower by √(2 layers) where that is asked for. */
    Initial residual(boolean deep) {
        return deep ? Initial.normal(initialDeviation / Math.sqrt(2.0 * layers)) : initial();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model_type", family)
                .put("vocab_size", vocabularySize)
                .put("original_vocab_size", wordCount)
                .put("max_position_embeddings", contextLength)
                .put("type_vocab_size", tokenTypes)
                .put("hidden_size", hiddenSize)
                .put("num_hidden_layers", layers)
                .put("dec_hidden_layers", decoderLayers)
                .put("num_attention_heads", heads)
                .put("intermediate_size", feedForwardSize)
                .put("hidden_act", activation.id())
                .put("hidden_dropout_prob", dropout.probability())
                .put("attention_probs_dropout_prob", attentionDropout.probability())
                .put("layernorm_epsilon", normEpsilon)
                .put("layer_norm_eps", normEpsilon)
                .put("initializer_range", initialDeviation)
                .put("deep_init", deepInitial)
                .put("pre_ln", true)
                .put("attn_separate", false)
                .put("is_encoder_decoder", true)
                .put("decoder_start_token_id", startId);
        writeIds(json);
        return json;
    }
}
