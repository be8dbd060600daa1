package org.maliang.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.DType;
import org.maliang.tensor.Ops;
import org.maliang.tensor.Tensor;

/**
 * Feed-forward layers of which every token passes the one that a router likes best, times the probability of that choice
 * (Switch Transformers: Fedus et al., arXiv:2101.03961, section 2.1). An expert reads at most {@code capacity} tokens of a
 * row, the first ones; those that come too late pass unread.
 *
 * @param router {@code [..., hidden] -> [..., experts]}, in F32
 * @param experts {@code [tokens, hidden] -> [tokens, hidden]} each
 * @param jitter what routers read is multiplied by a number from {@code [1 - jitter, 1 + jitter)} while training
 */
public record SparseFeedForward(Projection router, List<Block> experts, int capacity, double jitter) implements Block {

    @Override
    public Tensor apply(Tensor x, Pass pass) {
        Tensor read = x.to(DType.F32);
        if (pass.training() && jitter > 0) {
            read = read.mul(Ops.uniform(read).mul(2 * jitter).add(1 - jitter));
        }
        Tensor logits = router.apply(read); // [batch, time, experts]
        Tensor probabilities = logits.softmax(-1).to(x.dtype());
        Tensor best = probabilities.argmax(-1, true); // [batch, time, 1]
        Plan plan = Plan.of(best.squeeze(-1), experts.size(), capacity);
        pass.routings().add(logits, Tensor.of(plan.taken, x.size(0), x.size(1)).to(x.device()));
        Tensor mixed = sent(x.flatten(0, 1), plan, pass).view(x.shape());
        return mixed.mul(probabilities.gather(-1, best));
    }

    /** Every token after its expert: {@code [tokens, hidden] -> [tokens, hidden]}. */
    private Tensor sent(Tensor x, Plan plan, Pass pass) {
        List<Tensor> parts = new ArrayList<>();
        long[] places = new long[(int) x.size(0)]; // of the tokens among the parts
        int place = 0;
        for (int expert = 0; expert <= experts.size(); expert++) {
            List<Integer> tokens = plan.tokens.get(expert);
            if (tokens.isEmpty() && (expert == experts.size() || !Autograd.enabled())) {
                continue; // while learning, an expert that is not asked has a gradient too: zero
            }
            Tensor own = x.indexSelect(0, index(tokens).to(x.device()));
            parts.add(expert == experts.size() ? own : experts.get(expert).apply(own, pass));
            for (int token : tokens) {
                places[token] = place++;
            }
        }
        return Tensor.cat(parts, 0)
                .indexSelect(0, Tensor.of(places, places.length).to(x.device()));
    }

    private static Tensor index(List<Integer> rows) {
        return Tensor.of(rows.stream().mapToLong(Integer::longValue).toArray(), rows.size());
    }

    /**
     * Who reads which token.
     *
     * @param tokens by expert; the last list is of those that nobody reads
     * @param taken the expert by token; 0 where nobody reads it, as the reference implementation counts
     */
    private record Plan(List<List<Integer>> tokens, long[] taken) {

        /** @param best the expert that a token should go to {@code [batch, time]} */
        static Plan of(Tensor best, int experts, int capacity) {
            int time = (int) best.size(1);
            long[] wanted = best.toLongs();
            List<List<Integer>> tokens = new ArrayList<>();
            for (int i = 0; i <= experts; i++) {
                tokens.add(new ArrayList<>());
            }
            int[] load = new int[experts];
            for (int token = 0; token < wanted.length; token++) {
                if (token % time == 0) {
                    load = new int[experts];
                }
                int expert = (int) wanted[token];
                boolean fits = load[expert]++ < capacity;
                tokens.get(fits ? expert : experts).add(token);
                wanted[token] = fits ? expert : 0;
            }
            return new Plan(tokens, wanted);
        }
    }
}
