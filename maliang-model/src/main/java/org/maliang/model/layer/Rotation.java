package org.maliang.model.layer;

import java.util.List;
import org.maliang.tensor.HostRows;
import org.maliang.tensor.Tensor;

/** Turns the heads of queries and keys by angles that grow with the position (Su et al., arXiv:2104.09864). */
public interface Rotation {

    /** Leaves everything as it is. */
    Rotation NONE = new Rotation() {
        @Override
        public Tensor apply(Tensor x) {
            return x;
        }

        @Override
        public HostRows apply(HostRows x, int headSize) {
            return x;
        }
    };

    /** Turns what lies in a row, each stretch as one of {@code rotations} does, which are all of the same model. */
    static Rotation beside(List<Rotation> rotations) {
        return rotations.stream().allMatch(NONE::equals) ? NONE : Rotary.beside(rotations);
    }

    /** {@code [batch, heads, time, headDim] -> [batch, heads, time, headDim]}. */
    Tensor apply(Tensor x);

    /** The same for {@code [batch, time, heads * headSize]} in Java's heap. */
    HostRows apply(HostRows x, int headSize);

    /** The same for {@code rows} texts of one position each that lie in a row instead. */
    default Rotation inRow(long rows) {
        return this;
    }

    /** The same in Java's heap. */
    default HostHeads turned(HostHeads heads) {
        int size = heads.headSize();
        return heads.with(apply(heads.queries(), size), apply(heads.keys(), size));
    }

    /** Queries and keys turned, values as they are. */
    default Heads turned(Heads heads) {
        return this == NONE ? heads : new Heads(apply(heads.queries()), apply(heads.keys()), heads.values());
    }
}
