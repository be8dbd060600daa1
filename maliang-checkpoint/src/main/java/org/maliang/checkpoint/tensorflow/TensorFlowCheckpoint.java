package org.maliang.checkpoint.tensorflow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.TensorInfo;
import org.maliang.checkpoint.Weights;
import org.maliang.tensor.Tensor;

/**
 * A checkpoint of TensorFlow 1 or 2 in the bundle format ("V2"): {@code PREFIX.index} and
 * {@code PREFIX.data-00000-of-00001} … (tensorflow/core/util/tensor_bundle). Tensors are mapped; names are the
 * file's own. Texts, and variables that are partitioned over several tensors, are refused by name when they are asked for.
 *
 * <pre>{@code
 * try (Weights weights = TensorFlowCheckpoint.open(Path.of("model.ckpt-300000"))) {
 *     Tensor embedding = weights.tensor("gpt2/wte");
 * }
 * }</pre>
 */
public final class TensorFlowCheckpoint implements Weights {
    private static final int CHUNK = 1 << 20;

    private final Path index;
    private final Map<Integer, Path> shards;
    private final Map<String, BundleEntry> entries;
    private final long bytes;

    private TensorFlowCheckpoint(Path index, Map<Integer, Path> shards, Map<String, BundleEntry> entries, long bytes) {
        this.index = index;
        this.shards = shards;
        this.entries = entries;
        this.bytes = bytes;
    }

    /**
     * Reads and checks the index.
     *
     * @param place a prefix, its {@code .index} file, a directory, whose file {@code checkpoint} names the latest prefix, or
     *     a SavedModel
     * @throws CheckpointException when there is no such checkpoint, or it is damaged
     */
    public static TensorFlowCheckpoint open(Path place) {
        Path index = CheckpointPlace.index(place);
        try {
            Map<String, BundleEntry> entries = new LinkedHashMap<>();
            int count = BundleEntry.read(index, entries);
            Map<Integer, Path> shards = new LinkedHashMap<>();
            Map<Integer, Long> lengths = new LinkedHashMap<>();
            for (BundleEntry entry : entries.values()) {
                if (!shards.containsKey(entry.shard())) {
                    Path shard = CheckpointPlace.shard(index, entry.shard(), count);
                    shards.put(entry.shard(), shard);
                    lengths.put(entry.shard(), Files.size(shard));
                }
                entry.check(index, lengths.getOrDefault(entry.shard(), 0L));
            }
            long data = lengths.values().stream().mapToLong(Long::longValue).sum();
            if (entries.values().stream().mapToLong(BundleEntry::bytes).sum() > data) {
                String what = "has tensors that lie on top of each other";
                throw new CheckpointException(index, what, "it is damaged: copy or download it again");
            }
            return new TensorFlowCheckpoint(index, shards, entries, Files.size(index) + data);
        } catch (IOException e) {
            throw CheckpointException.reading(index, e);
        }
    }

    /** Whether there is an index at a place that {@link #open} takes. */
    public static boolean isAt(Path place) {
        return CheckpointPlace.holds(place);
    }

    /**
     * The same tensors under the names of their variables, such as {@code gpt/layer00/output/kernel}. TensorFlow 2 names
     * tensors by the attributes of objects that lead to them, and stores the other names beside them; where it did not, or
     * two variables have one name, nothing changes. States of types that no tensor has are left out. Closing it closes this.
     *
     * @throws CheckpointException when what it stored is damaged
     */
    public Weights underVariableNames() {
        BundleEntry graph = entries.get(ObjectGraph.ENTRY);
        if (graph == null || !graph.text()) {
            return this;
        }
        Map<String, String> variables = ObjectGraph.read(index, shard(graph), graph);
        DerivedWeights named = new DerivedWeights(this);
        names().stream()
                .filter(name -> found(name).partitioned() || found(name).isTensor())
                .forEach(name -> named.add(variables.getOrDefault(name, name), this, name));
        return named;
    }

    /** Sorted; without texts, such as the object graph that TensorFlow 2 stores beside the variables. */
    @Override
    public Set<String> names() {
        return entries.values().stream()
                .filter(entry -> !entry.text())
                .map(BundleEntry::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The place is that in the tensor's shard. {@link CheckpointException}, too, when it cannot be given as a tensor. */
    @Override
    public TensorInfo info(String name) {
        return found(name).info(index);
    }

    @Override
    public Tensor tensor(String name) {
        TensorInfo info = info(name);
        return Tensor.map(shard(found(name)), info.offset(), info.dtype(), info.sizes());
    }

    private BundleEntry found(String name) {
        BundleEntry entry = entries.get(name);
        if (entry == null) {
            require(List.of(name));
            throw new IllegalStateException(name);
        }
        return entry;
    }

    private Path shard(BundleEntry entry) {
        return shards.getOrDefault(entry.shard(), index);
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    /** Length of the index and of the data. */
    @Override
    public long bytes() {
        return bytes;
    }

    /** The sums of texts, which are not those of their bytes, are passed over. */
    @Override
    public int verify() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        List<BundleEntry> whole =
                entries.values().stream().filter(BundleEntry::isTensor).toList();
        for (BundleEntry entry : whole) {
            Path shard = shard(entry);
            try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.READ)) {
                if (entry.sum() != SortedTable.masked(sum(entry, channel, buffer))) {
                    String what = "tensor " + CheckpointException.quote(entry.name()) + " has another checksum";
                    throw new CheckpointException(shard, what, "the data is damaged: use another copy");
                }
            } catch (IOException e) {
                throw CheckpointException.reading(shard, e);
            }
        }
        return whole.size();
    }

    private static CRC32C sum(BundleEntry entry, FileChannel channel, ByteBuffer buffer) throws IOException {
        CRC32C sum = new CRC32C();
        long end = entry.offset() + entry.bytes();
        for (long at = entry.offset(); at < end; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, at + buffer.position()) < 0) {
                    throw new IOException("the file became shorter");
                }
            }
            sum.update(buffer.flip());
        }
        return sum;
    }

    @Override
    public Path source() {
        return index;
    }

    @Override
    public void close() {
        // Nothing is held open: every tensor owns its mapping.
    }
}
