package org.maliang.model.palm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelException;
import org.maliang.model.bert.BertConfig;
import org.maliang.model.bert.BertFamily;
import org.maliang.model.roberta.RobertaFamily;

/** What reads a PALM's sources, under the name that the key {@code encoder} gives it. */
enum PalmEncoder {
    /** An English BERT. */
    BERT("bert", 30522, 101, 102, 0),
    /** A Chinese BERT: PALM 2.0. */
    ZH_BERT("zh_bert", 21128, 101, 102, 0),
    /** A RoBERTa: the English PALM 1.0. */
    ROBERTA("roberta", 50265, 0, 2, 1);

    /** Of the class that was saved, or of the decoder; the encoder does not read them. */
    private static final List<String> OTHERS =
            List.of("architectures", "tie_word_embeddings", "is_decoder", "bos_token_id", "eos_token_id");

    private static final int LEARNED_POSITIONS = 512; // of the encoders that PALM began with

    private final String id;
    private final int vocabulary;
    private final int first;
    private final int last;
    private final int padding;

    PalmEncoder(String id, int vocabulary, int first, int last, int padding) {
        this.id = id;
        this.vocabulary = vocabulary;
        this.first = first;
        this.last = last;
        this.padding = padding;
    }

    /** The encoder that a configuration names; RoBERTa where it names none, as in ModelScope's class. */
    static PalmEncoder of(ConfigReader config) {
        String named = config.text("encoder", ROBERTA.id);
        return Arrays.stream(values())
                .filter(one -> one.id.equals(named))
                .findFirst()
                .orElseThrow(() -> new ModelException("config.json: \"encoder\" is \"" + named + "\", expected one of "
                        + Arrays.stream(values()).map(one -> one.id).collect(Collectors.joining(", "))));
    }

    String id() {
        return id;
    }

    /** The token that texts begin with, in the usual vocabulary of the encoder. */
    int first() {
        return first;
    }

    /** The token that texts end with. */
    int last() {
        return last;
    }

    /** The encoder's own configuration, whose keys stand beside PALM's; {@code max_pos} above 512 adds positions. */
    BertConfig config(JsonNode json) {
        ObjectNode own = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!entry.getValue().isNull() && !OTHERS.contains(entry.getKey())) {
                own.set(entry.getKey(), entry.getValue());
            }
        }
        if (!own.has("vocab_size")) {
            own.put("vocab_size", vocabulary);
        }
        if (!own.has("pad_token_id")) {
            own.put("pad_token_id", padding);
        }
        int positions = new ConfigReader(json).count("max_pos", LEARNED_POSITIONS);
        if (positions > LEARNED_POSITIONS) {
            own.put("max_position_embeddings", positions);
        }
        return this == ROBERTA ? RobertaFamily.roberta().config(own) : new BertFamily().config(own);
    }
}
