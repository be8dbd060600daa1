package org.maliang.model.head;

import java.util.Optional;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.Model;
import org.maliang.model.ModelException;
import org.maliang.model.Problem;
import org.maliang.model.Task;
import org.maliang.model.layer.Activation;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.Tensor;

/**
 * Numbers for a whole text from a model of two stacks (Lewis et al., arXiv:1910.13461, section 3.1): encoder and decoder
 * read the same text, and the decoder's state at the last end-of-text token is classified.
 *
 * <p>Its parameters are those of both; closing it closes the body.
 */
public final class EncoderDecoderClassifier extends Model {

    private final EncoderDecoder body;
    private final VectorHead head;
    private final Optional<Problem> problem;

    private EncoderDecoderClassifier(EncoderDecoder body, Parameters all, VectorHead head, Optional<Problem> problem) {
        super(body.config(), all);
        this.body = body;
        this.head = head;
        this.problem = problem;
    }

    /**
     * Takes the head that Hugging Face calls {@code classification_head}.
     *
     * @param task names the labels
     * @param dropout before and after the head's layer
     * @param initial of the head's weights
     */
    public static EncoderDecoderClassifier of(
            Task task, EncoderDecoder body, Parameters all, Dropout dropout, Initial initial) {
        Parameters at = all.at("classification_head");
        int hidden = body.config().hiddenSize();
        Linear dense = Linear.of(at.at("dense"), initial, hidden, hidden);
        Linear output =
                Linear.of(at.at("out_proj"), initial, hidden, task.labels().size());
        VectorHead head = VectorHead.deep(dropout, dense, Activation.TANH, dropout, output);
        return new EncoderDecoderClassifier(body, all, head, task.problem());
    }

    /** The model inside. */
    public EncoderDecoder body() {
        return body;
    }

    /** {@code [batch, labels]}; every row must have an end-of-text token, and all the same number of them. */
    public Tensor logits(EncoderInput input) {
        Tensor ids = input.requiredIds(); // [batch, time]
        Input target = body.target(ids);
        Tensor hidden = body.hidden(input.isTraining() ? target.training() : target, body.remember(input));
        Tensor last = hidden.flatten(0, 1).indexSelect(0, ends(ids)); // [batch, hidden]
        return head.apply(last, input.isTraining());
    }

    /** Where in the rows, laid end to end, the last end-of-text tokens stand. */
    private Tensor ends(Tensor ids) {
        int end = body.config()
                .eosId()
                .orElseThrow(() -> new ModelException("config.json lacks \"eos_token_id\", whose place is classified"));
        int rows = (int) ids.size(0);
        int time = (int) ids.size(1);
        long[] values = ids.toLongs();
        long[] ends = new long[rows];
        int count = -1;
        for (int row = 0; row < rows; row++) {
            int found = 0;
            for (int i = row * time; i < (row + 1) * time; i++) {
                if (values[i] == end) {
                    found++;
                    ends[row] = i;
                }
            }
            if (found == 0 || (count >= 0 && found != count)) {
                throw new ModelException("row " + row + " has " + found + " end-of-text tokens " + end
                        + ": all rows must have the same number, at least one");
            }
            count = found;
        }
        return Tensor.of(ends, rows).to(ids.device());
    }

    /**
     * The mean loss that belongs to the kind of problem.
     *
     * @param logits {@code [batch, labels]}
     * @param labels {@code [batch]} of one label each (I64); {@code [batch, labels]} of several, 0 or 1 (F32), or of
     *     measurements
     */
    public Tensor loss(Tensor logits, Tensor labels) {
        int count = (int) logits.size(1);
        return problem.orElseGet(() -> Problem.guess(count, labels.dtype())).loss(logits, labels);
    }
}
