package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.maliang.model.Input;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Device;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.TensorException;

/** Rows own what their texts have read from the beginning on. */
class RowsTest {

    /** Has no memory for a cache. */
    private static final class Full implements NextToken {
        private boolean closed;

        @Override
        public Device device() {
            return Device.CPU;
        }

        @Override
        public KvCache cache(long rows, long capacity) {
            throw new TensorException("no memory for " + capacity + " positions");
        }

        @Override
        public Tensor scores(Input input) {
            throw new AssertionError("nothing can be read");
        }

        @Override
        public void select(int[] from) {}

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void whatWasReadIsFreedWhereThereIsNoRoomForACache() {
        Full reader = new Full();
        assertThatThrownBy(() -> Rows.read(reader, List.of(new int[] {1}), 1 << 30))
                .hasMessageContaining("no memory for 1073741824 positions");
        assertThat(reader.closed).isTrue();
    }
}
