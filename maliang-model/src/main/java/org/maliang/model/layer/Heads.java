package org.maliang.model.layer;

import org.maliang.tensor.DType;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/**
 * What attention works on.
 *
 * @param queries {@code [batch, heads, time, headDim]}
 * @param keys {@code [batch, heads, time, headDim]}
 * @param values {@code [batch, heads, time, headDim]}
 */
public record Heads(Tensor queries, Tensor keys, Tensor values) {

    /** Makes heads of hidden states; families differ in how their files lay out the projections. */
    @FunctionalInterface
    public interface Source {
        /** {@code [batch, time, hidden]} to heads. */
        Heads of(Tensor x);

        /** The same for few rows in Java's heap. */
        default HostHeads of(HostRows x) {
            return HostHeads.of(of(x.tensor()));
        }
    }

    /** One projection whose output is three blocks: all queries, all keys, all values (GPT-2). */
    public static Source blocks(Projection fused, int heads) {
        return new Source() {
            @Override
            public Heads of(Tensor x) {
                Tensor qkv = fused.apply(x); // [batch, time, 3 * hidden]
                long batch = qkv.size(0);
                long time = qkv.size(1);
                long headSize = qkv.size(2) / 3 / heads;
                Tensor split = qkv.view(batch, time, 3, heads, headSize).permute(2, 0, 3, 1, 4);
                return new Heads(split.select(0, 0), split.select(0, 1), split.select(0, 2));
            }

            @Override
            public HostHeads of(HostRows x) {
                HostRows qkv = fused.apply(x);
                int hidden = (int) qkv.size(2) / 3;
                return new HostHeads(
                        qkv.columns(0, hidden),
                        qkv.columns(hidden, hidden),
                        qkv.columns(2 * hidden, hidden),
                        hidden / heads);
            }
        };
    }

    /**
     * Three projections, one for queries, one for keys and one for values (BERT); there may be fewer heads of keys and values
     * than of queries (LLaMA).
     *
     * @param heads of queries
     */
    public static Source separate(Projection queries, Projection keys, Projection values, int heads) {
        return new Source() {
            @Override
            public Heads of(Tensor x) {
                Tensor joined = queries.apply(x); // [batch, time, hidden]
                long headSize = joined.size(2) / heads;
                return new Heads(
                        split(joined, headSize), split(keys.apply(x), headSize), split(values.apply(x), headSize));
            }

            @Override
            public HostHeads of(HostRows x) {
                HostRows joined = queries.apply(x);
                return new HostHeads(joined, keys.apply(x), values.apply(x), (int) joined.size(2) / heads);
            }
        };
    }

    /** One projection whose output holds, head by head, a query, a key and a value (GPT-NeoX, BLOOM). */
    public static Source interleaved(Projection fused, int heads) {
        return new Source() {
            @Override
            public Heads of(Tensor x) {
                Tensor qkv = fused.apply(x); // [batch, time, 3 * hidden]
                long headSize = qkv.size(2) / 3 / heads;
                Tensor split =
                        qkv.view(qkv.size(0), qkv.size(1), heads, 3, headSize).permute(3, 0, 2, 1, 4);
                return new Heads(split.select(0, 0), split.select(0, 1), split.select(0, 2));
            }

            @Override
            public HostHeads of(HostRows x) {
                HostRows qkv = fused.apply(x);
                int size = (int) qkv.size(2) / 3 / heads;
                HostRows each = qkv.view(qkv.size(0), qkv.size(1), heads, 3L * size);
                return HostHeads.ofEach(each.columns(0, size), each.columns(size, size), each.columns(2 * size, size));
            }
        };
    }

    /** {@code [batch, time, heads * headDim] -> [batch, heads, time, headDim]}. */
    private static Tensor split(Tensor joined, long headSize) {
        return joined.view(joined.size(0), joined.size(1), joined.size(2) / headSize, headSize)
                .transpose(1, 2);
    }

    /** The heads of {@code source} with queries and keys normalised, each {@code [..., headDim]} by itself (Qwen3). */
    public static Source normed(Source source, Norm queries, Norm keys) {
        return new Source() {
            @Override
            public Heads of(Tensor x) {
                Heads heads = source.of(x);
                return new Heads(queries.apply(heads.queries), keys.apply(heads.keys), heads.values);
            }

            @Override
            public HostHeads of(HostRows x) {
                HostHeads heads = source.of(x);
                return heads.with(queries.apply(heads.each(heads.queries())), keys.apply(heads.each(heads.keys())));
            }
        };
    }

    /** Keys and values, which a cache may keep in another type, in that of the queries. */
    static Heads inOneType(Tensor queries, Tensor keys, Tensor values) {
        DType type = queries.dtype();
        return keys.dtype() == type
                ? new Heads(queries, keys, values)
                : new Heads(queries, keys.to(type), values.to(type));
    }

    /** Those of {@code count} positions from {@code start} on. */
    Heads narrow(long start, long count) {
        return new Heads(queries.narrow(2, start, count), keys.narrow(2, start, count), values.narrow(2, start, count));
    }

    /** With batch and time swapped: {@code [time, heads, batch, headDim]}. */
    Heads swapped() {
        return new Heads(queries.transpose(0, 2), keys.transpose(0, 2), values.transpose(0, 2));
    }

    /** How many query heads share one head of keys and values. */
    public long group() {
        return queries.size(1) / keys.size(1);
    }

    /** Keys and values repeated, so that every query head has its own. */
    public Heads ungrouped() {
        return group() == 1 ? this : new Heads(queries, repeated(keys), repeated(values));
    }

    private Tensor repeated(Tensor x) {
        return x.unsqueeze(2)
                .expand(x.size(0), x.size(1), group(), x.size(2), x.size(3))
                .reshape(x.size(0), queries.size(1), x.size(2), x.size(3));
    }
}
