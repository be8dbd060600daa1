package org.maliang.checkpoint.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tells a whole model directory in a cache from one of which only some files were fetched. */
final class Snapshot {
    private static final List<String> CONFIGURATIONS = List.of("config.json", "configuration.json");
    private static final List<String> WEIGHTS =
            List.of("model.safetensors", "pytorch_model.bin", "model/mp_rank_00_model_states.pt");

    private Snapshot() {}

    static boolean complete(Path directory) {
        return CONFIGURATIONS.stream().map(directory::resolve).anyMatch(Files::exists)
                && (WEIGHTS.stream().map(directory::resolve).anyMatch(Files::exists)
                        || WEIGHTS.stream().anyMatch(name -> allShards(directory, name + ".index.json")));
    }

    private static boolean allShards(Path directory, String index) {
        Path file = directory.resolve(index);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            JsonNode shards = new JsonMapper().readTree(file.toFile()).path("weight_map");
            return !shards.isEmpty()
                    && shards.valueStream()
                            .map(JsonNode::asText)
                            .distinct()
                            .map(directory::resolve)
                            .allMatch(Files::exists);
        } catch (IOException e) {
            return false; // unreadable: it is fetched again
        }
    }
}
