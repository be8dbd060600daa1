package org.maliang.model.palm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import org.maliang.model.ConfigReader;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.ModelException;
import org.maliang.model.Spelling;
import org.maliang.model.bert.BertConfig;
import org.maliang.model.layer.Dropout;

/**
 * The shape of a PALM, under the keys of ModelScope's {@code PalmConfig} (modelscope/models/nlp/palm_v2/configuration.py)
 * and beside them those of the encoder, which published directories keep in a file of their own.
 *
 * @param reader which kind of encoder
 * @param encoder its shape
 * @param feedForwardSize of the decoder
 * @param dropout of the decoder, everywhere
 * @param copying whether the decoder also copies words of the source
 * @param liking how it writes unless it is asked otherwise
 * @param first the token that targets and sources begin with
 * @param last the token that they end with
 */
public record PalmConfig(
        PalmEncoder reader,
        BertConfig encoder,
        int decoderLayers,
        int decoderHeads,
        int feedForwardSize,
        Dropout dropout,
        Copying copying,
        Wishes liking,
        int first,
        int last)
        implements EncoderDecoderConfig {

    /** Whether words of the source are copied: {@code p_gen}, and {@code copy_softmax_twice}, a key of ours. */
    public enum Copying {
        /** No: ModelScope's class of that name does not, either. */
        NONE,
        /** By the probabilities of attention, as the paper has it. */
        POINTER,
        /** By the softmax of those probabilities, as the first release has it: every word is about equally likely. */
        SOFTMAX_TWICE
    }

    /**
     * How the model likes to write; {@code generation_config.json} has the last word.
     *
     * @param alpha the exponent of the length that scores are divided by
     * @param least new tokens
     * @param most new tokens
     */
    public record Wishes(int beams, double alpha, int least, int most, boolean sampled, boolean blockTrigram) {

        static Wishes of(ConfigReader config) {
            return new Wishes(
                    config.count("beam_size", 5),
                    config.number("alpha", 0.95),
                    least(config),
                    config.count("max_length", 130),
                    config.flag("sample_topk", false),
                    config.flag("block_trigram", false));
        }

        private static int least(ConfigReader config) {
            double least = config.number("min_length", 40);
            if (least < 0 || least != Math.rint(least) || least > Integer.MAX_VALUE) {
                throw new ModelException(
                        "config.json: \"min_length\" is " + least + ", expected a whole number from 0 on");
            }
            return (int) least;
        }

        /** Under Hugging Face's keys; sampling is without beams there. */
        ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            return json.put("do_sample", sampled)
                    .put("num_beams", sampled ? 1 : beams)
                    .put("length_penalty", alpha)
                    .put("early_stopping", true)
                    .put("min_new_tokens", least)
                    .put("max_new_tokens", most)
                    .put("no_repeat_ngram_size", blockTrigram ? 3 : 0);
        }

        void write(ObjectNode json) {
            json.put("beam_size", beams)
                    .put("alpha", alpha)
                    .put("min_length", least)
                    .put("max_length", most)
                    .put("sample_topk", sampled)
                    .put("block_trigram", blockTrigram);
        }
    }

    public PalmConfig {
        int hidden = encoder.hiddenSize();
        if (hidden % decoderHeads != 0) {
            throw new ModelException("config.json: dec_hidden_size " + hidden + " is not a multiple of dec_heads "
                    + decoderHeads + ": correct dec_heads");
        }
    }

    /** Reads {@code config.json}; keys it lacks have the values of ModelScope's class. */
    public static PalmConfig of(JsonNode json) {
        ConfigReader config = new ConfigReader(json);
        PalmEncoder reader = PalmEncoder.of(config);
        BertConfig encoder = reader.config(json);
        int hidden = config.count("dec_hidden_size", encoder.hiddenSize());
        if (hidden != encoder.hiddenSize()) {
            throw new ModelException("config.json: dec_hidden_size " + hidden + " is not the encoder's hidden_size "
                    + encoder.hiddenSize() + ": the decoder looks at its states, correct one of them");
        }
        return new PalmConfig(
                reader,
                encoder,
                config.count("dec_layers", 12),
                config.count("dec_heads", 8),
                config.count("dec_ff_size", 3072),
                new Dropout(config.probability("dec_dropout", 0.2)),
                copying(config),
                Wishes.of(config),
                config.id("bos_token_id").orElse(reader.first()),
                config.id("eos_token_id").orElse(reader.last()));
    }

    private static Copying copying(ConfigReader config) {
        boolean twice = config.flag("copy_softmax_twice", false);
        if (!config.flag("p_gen", false)) {
            return Copying.NONE;
        }
        return twice ? Copying.SOFTMAX_TWICE : Copying.POINTER;
    }

    @Override
    public String family() {
        return "palm";
    }

    @Override
    public int vocabularySize() {
        return encoder.vocabularySize();
    }

    /** As far as the encoder reads; targets, whose positions are computed, are kept to the same. */
    @Override
    public int contextLength() {
        return encoder.contextLength();
    }

    @Override
    public int layers() {
        return encoder.layers();
    }

    @Override
    public int hiddenSize() {
        return encoder.hiddenSize();
    }

    @Override
    public int heads() {
        return encoder.heads();
    }

    @Override
    public int startId() {
        return first;
    }

    @Override
    public OptionalInt bosId() {
        return OptionalInt.of(first);
    }

    @Override
    public OptionalInt eosId() {
        return OptionalInt.of(last);
    }

    @Override
    public OptionalInt padId() {
        return encoder.padId();
    }

    @Override
    public ObjectNode wishes() {
        return liking.toJson();
    }

    @Override
    public Spelling spelling() {
        return reader == PalmEncoder.ZH_BERT ? Spelling.JOINED : Spelling.TOKENIZER;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = encoder.toJson();
        json.putArray("architectures").add("PalmForTextGeneration");
        json.put("model_type", family())
                .put("encoder", reader.id())
                .put("encoder_pth", "")
                .put("dec_layers", decoderLayers)
                .put("dec_hidden_size", hiddenSize())
                .put("dec_heads", decoderHeads)
                .put("dec_ff_size", feedForwardSize)
                .put("dec_dropout", dropout.probability())
                .put("p_gen", copying != Copying.NONE)
                .put("copy_softmax_twice", copying == Copying.SOFTMAX_TWICE)
                .put("is_encoder_decoder", true)
                .put("bos_token_id", first)
                .put("eos_token_id", last);
        liking.write(json);
        return json;
    }
}
