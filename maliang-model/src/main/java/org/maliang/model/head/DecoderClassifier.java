package org.maliang.model.head;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.Input;
import org.maliang.model.Model;
import org.maliang.model.ModelConfig;
import org.maliang.model.Problem;
import org.maliang.model.Task;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/** A decoder that judges a text by what it makes of its last token: one number for each label. */
public final class DecoderClassifier extends Model {

    private static final Initial INITIAL = Initial.normal(0.02);

    private final Decoder decoder;
    private final Projection score;
    private final Task task;

    /** @param decoder without a head */
    DecoderClassifier(Decoder decoder, Parameters all, Task task) {
        super(new Config(decoder.config(), task), all);
        this.decoder = decoder;
        this.task = task;
        score = Linear.withoutBias(
                all.at("score"),
                INITIAL,
                (int) decoder.headWeight().size(1), // what the final norm gives, projected in some models
                task.labels().size());
    }

    /** The decoder inside, which shares its parameters with this model and has no head. */
    public Decoder decoder() {
        return decoder;
    }

    /** {@code [batch, labels]}; a row ends with the last token that is not the configuration's padding. */
    public Tensor logits(Input input) {
        Tensor hidden = decoder.hidden(input); // [batch, time, hidden]
        long batch = input.batch();
        Tensor last = ends(input).view(batch, 1, 1).expand(batch, 1, hidden.size(2));
        return score.apply(hidden.gather(1, last).squeeze(1));
    }

    /** The place of the last token of every row: {@code [batch]}. */
    private Tensor ends(Input input) {
        Tensor ids = input.ids();
        OptionalInt pad = decoder.config().padId();
        if (pad.isEmpty()) {
            return Tensor.full(ids.device(), input.time() - 1.0, DType.I64, input.batch());
        }
        Tensor places = Tensor.arange(input.time()).to(ids.device());
        return ids.ne(pad.getAsInt()).to(DType.I64).mul(places).argmax(-1, false);
    }

    /** The mean loss that belongs to the kind of problem; see {@link Classifier#loss}. */
    public Tensor loss(Tensor logits, Tensor labels) {
        int count = (int) logits.size(1);
        return task.problem()
                .orElseGet(() -> Problem.guess(count, labels.dtype()))
                .loss(logits, labels);
    }

    /** The decoder's shape and the labels. */
    private record Config(DecoderConfig decoder, Task task) implements ModelConfig {

        @Override
        public String family() {
            return decoder.family();
        }

        @Override
        public int vocabularySize() {
            return decoder.vocabularySize();
        }

        @Override
        public int contextLength() {
            return decoder.contextLength();
        }

        @Override
        public int layers() {
            return decoder.layers();
        }

        @Override
        public int hiddenSize() {
            return decoder.hiddenSize();
        }

        @Override
        public int heads() {
            return decoder.heads();
        }

        @Override
        public OptionalInt bosId() {
            return decoder.bosId();
        }

        @Override
        public OptionalInt eosId() {
            return decoder.eosId();
        }

        @Override
        public OptionalInt padId() {
            return decoder.padId();
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode json = decoder.toJson();
            task.write(json);
            return json;
        }
    }
}
