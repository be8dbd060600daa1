package org.maliang.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Spreads tensors over files of bounded size, named and indexed as Hugging Face does. */
final class ShardWriter {
    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private final List<List<Entry>> shards = new ArrayList<>();
    private final Map<String, String> metadata;

    ShardWriter(Collection<Entry> entries, Map<String, String> metadata, long shardBytes) {
        this.metadata = metadata;
        long room = 0;
        for (var entry : entries) {
            if (shards.isEmpty() || entry.bytes() > room) {
                shards.add(new ArrayList<>());
                room = shardBytes;
            }
            shards.get(shards.size() - 1).add(entry);
            room -= entry.bytes();
        }
        if (shards.isEmpty()) {
            shards.add(List.of());
        }
    }

    /** Content by file name; the index comes last, so that it never names what is not there. */
    Map<String, AtomicFile.Body> files() {
        var files = new LinkedHashMap<String, AtomicFile.Body>();
        for (int i = 0; i < shards.size(); i++) {
            files.put(name(i), new SafeTensorsWriter(shards.get(i), metadata));
        }
        if (shards.size() > 1) {
            var index = ByteBuffer.wrap(Json.pretty(index()));
            files.put(INDEX, channel -> channel.write(index.duplicate()));
        }
        return files;
    }

    void write(Path directory) {
        for (var taken : List.of(SINGLE, INDEX)) {
            if (shards.size() > 1 && Files.exists(directory.resolve(taken))) {
                String remedy = "choose an empty directory, or replace the whole model directory";
                throw new CheckpointException(directory.resolve(taken), "would be mixed with other shards", remedy);
            }
        }
        files().forEach((name, body) -> AtomicFile.write(directory.resolve(name), body));
    }

    private String name(int shard) {
        return shards.size() == 1 ? SINGLE : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards.size());
    }

    private ObjectNode index() {
        var map = new TreeMap<String, String>();
        long total = 0;
        for (int i = 0; i < shards.size(); i++) {
            for (var entry : shards.get(i)) {
                map.put(entry.name(), name(i));
                total += entry.bytes();
            }
        }
        var index = Json.emptyObject();
        index.putObject("metadata").put("total_size", total);
        map.forEach(index.putObject("weight_map")::put);
        return index;
    }
}
