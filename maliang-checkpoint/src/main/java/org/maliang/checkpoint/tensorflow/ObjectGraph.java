package org.maliang.checkpoint.tensorflow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.maliang.checkpoint.CheckpointException;

/**
 * The objects that TensorFlow 2 saved ({@code TrackableObjectGraph} in tensorflow/core/protobuf/trackable_object_graph.proto),
 * as far as they tell the names of variables.
 */
final class ObjectGraph {
    static final String ENTRY = "_CHECKPOINTABLE_OBJECT_GRAPH";

    /** What tensors are called that are no part of a model: states of optimisers, and Keras's measures. */
    private static final Pattern TRAINING = Pattern.compile("(optimizer|keras_api)/.*|.*/\\.OPTIMIZER_SLOT/.*");

    private static final int SUM_BYTES = 4;
    private static final int LONGEST = 1 << 28;

    private final Path file;
    private final Map<String, String> names = new HashMap<>();

    private ObjectGraph(Path file) {
        this.file = file;
    }

    /** The names of variables by those of tensors; without those of {@link #TRAINING}, and variables of one name. */
    static Map<String, String> read(Path index, Path data, BundleEntry entry) {
        if (entry.bytes() > LONGEST) {
            throw new CheckpointException(
                    index, "has a graph of objects of " + entry.bytes() + " bytes", "is it damaged?");
        }
        ByteBuffer text = ByteBuffer.allocate((int) entry.bytes());
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
            while (text.hasRemaining()) {
                if (channel.read(text, entry.offset() + text.position()) < 0) {
                    throw new IOException("the file became shorter");
                }
            }
        } catch (IOException e) {
            throw CheckpointException.reading(data, e);
        }
        ObjectGraph graph = new ObjectGraph(data);
        graph.readGraph(graph.only(text.flip()));
        return graph.unique();
    }

    /** A tensor of texts is their lengths, a sum of these, and the texts; here there is one. */
    private ByteBuffer only(ByteBuffer tensor) {
        long length = Varints.read(file, tensor);
        if (tensor.remaining() < SUM_BYTES || length != tensor.remaining() - SUM_BYTES) {
            throw new CheckpointException(file, "has a damaged graph of objects", "copy or download it again");
        }
        return tensor.position(tensor.position() + SUM_BYTES);
    }

    /** {@code TrackableObjectGraph}: 1 nodes; in them 2 attributes. */
    private void readGraph(ByteBuffer message) {
        ProtoReader graph = new ProtoReader(file, message);
        while (graph.next()) {
            if (graph.field() != 1) {
                graph.skip();
                continue;
            }
            ProtoReader node = new ProtoReader(file, graph.bytes());
            while (node.next()) {
                if (node.field() == 2) {
                    readAttribute(node.bytes());
                } else {
                    node.skip();
                }
            }
        }
    }

    /** {@code SerializedTensor}: 2 the variable's name, 3 the tensor's. */
    private void readAttribute(ByteBuffer message) {
        ProtoReader attribute = new ProtoReader(file, message);
        String variable = "";
        String tensor = "";
        while (attribute.next()) {
            switch (attribute.field()) {
                case 2 -> variable = text(attribute.bytes());
                case 3 -> tensor = text(attribute.bytes());
                default -> attribute.skip();
            }
        }
        if (!variable.isEmpty() && !TRAINING.matcher(tensor).matches()) {
            names.put(tensor, variable);
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private Map<String, String> unique() {
        Set<String> seen = new HashSet<>();
        Set<String> several = new HashSet<>();
        names.values().stream().filter(name -> !seen.add(name)).forEach(several::add);
        names.values().removeIf(several::contains);
        return names;
    }
}
