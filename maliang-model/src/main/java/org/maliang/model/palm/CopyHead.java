package org.maliang.model.palm;

import java.util.List;
import org.maliang.model.ModelException;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.Linear;
import org.maliang.model.layer.Memory;
import org.maliang.model.layer.Parameters;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * The pointer-generator of PALM (Bi et al., arXiv:2004.07159, section 2.3; See et al., arXiv:1704.04368): a word comes from
 * the vocabulary with probability g, and with 1 - g it is copied from where the decoder's last layer looks.
 *
 * <pre>
 * a = mean of the heads' attention to the source;  g = σ(w [Σ a·state ; h] + b)
 * P(word) = g softmax(logits)[word] + (1 - g) Σ a[i] over the positions i where the source has the word
 * </pre>
 *
 * @param gate {@code [..., 2 * hidden] -> [..., 1]}
 * @param twice whether the copied part passes one more softmax, as in AliceMind's PALM/models/model_builder.py
 */
record CopyHead(Linear gate, boolean twice) {

    private static final double LEAST = 1e-30; // keeps logarithms finite

    static CopyHead of(int hidden, boolean twice, Parameters at) {
        Initial initial = Initial.normal(Math.sqrt(2.0 / (2 * hidden + 1)));
        return new CopyHead(Linear.of(at, initial, 2 * hidden, 1), twice);
    }

    /** What the head needs of a source, owned by the memory. */
    static Memory remember(Memory memory, Tensor states, Tensor ids) {
        return memory.with(states, ids.copy());
    }

    /**
     * The logarithms of the probabilities, in F32: {@code [batch, time, vocabulary]}.
     *
     * @param logits of the vocabulary {@code [batch, time, vocabulary]}
     * @param hidden the decoder's states {@code [batch, time, hidden]}
     * @param seen attention to the source {@code [batch, time, source]}
     */
    Tensor scores(Tensor logits, Tensor hidden, Tensor seen, Memory memory) {
        if (memory.more().isEmpty()) {
            throw new ModelException(
                    "this PALM copies words of the source, and this memory holds states alone: remember an input with ids");
        }
        Tensor states = memory.more().get(0); // [batch, source, hidden]
        Tensor ids = memory.more().get(1).unsqueeze(1).expand(seen.shape()); // [batch, time, source]
        Tensor context = seen.matmul(states); // [batch, time, hidden]
        Tensor g = gate.apply(Tensor.cat(List.of(context, hidden), -1))
                .to(DType.F32)
                .sigmoid(); // [batch, time, 1]
        Tensor words = logits.to(DType.F32).softmax(-1);
        Tensor pointed = Tensor.zerosLike(words).scatterAdd(2, ids, seen.to(DType.F32));
        Tensor copied = twice ? pointed.softmax(-1) : pointed;
        return words.mul(g).add(copied.mul(g.neg().add(1))).add(LEAST).log();
    }
}
