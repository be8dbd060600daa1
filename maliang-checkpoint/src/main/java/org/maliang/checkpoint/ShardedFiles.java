package org.maliang.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.maliang.tensor.Tensor;

/**
 * Several weight files of one format behind one index.
 *
 * @param shards by file name
 * @param owners the shard of each tensor, in the order of the index
 */
record ShardedFiles(Path source, Map<String, Weights> shards, Map<String, Weights> owners) implements Weights {
    private static final JsonFactory FACTORY = Json.factory(20);
    private static final long LONGEST_INDEX = 100_000_000;

    /** A file beside the index: nothing that leads out of the directory. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]+");

    /**
     * Opens every file that the index names.
     *
     * @param ending of the names of the shards, such as {@code .safetensors}
     */
    static ShardedFiles open(Path index, String ending, Function<Path, Weights> format) {
        var shards = new TreeMap<String, Weights>();
        var owners = new LinkedHashMap<String, Weights>();
        readIndex(index).forEach((tensor, file) -> {
            var shard = shards.computeIfAbsent(file, name -> format.apply(shard(index, name, ending)));
            if (!shard.names().contains(tensor)) {
                String what = "places tensor " + CheckpointException.quote(tensor) + " in " + file + ", which lacks it";
                throw new CheckpointException(index, what, "copy or download index and shards again");
            }
            owners.put(tensor, shard);
        });
        return new ShardedFiles(index, shards, owners);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(owners.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        return owner(name).info(name);
    }

    @Override
    public Tensor tensor(String name) {
        return owner(name).tensor(name);
    }

    @Override
    public Map<String, String> metadata() {
        return shards.values().stream().findFirst().map(Weights::metadata).orElse(Map.of());
    }

    @Override
    public long bytes() {
        return shards.values().stream().mapToLong(Weights::bytes).sum();
    }

    @Override
    public int verify() {
        return shards.values().stream().mapToInt(Weights::verify).sum();
    }

    @Override
    public void close() {
        shards.values().forEach(Weights::close);
    }

    private Weights owner(String name) {
        var shard = owners.get(name);
        if (shard == null) {
            throw Names.missing(source, List.of(name), names());
        }
        return shard;
    }

    private static Path shard(Path index, String name, String ending) {
        try {
            if (PLAIN_NAME.matcher(name).matches() && name.endsWith(ending) && !name.equals(ending)) {
                return index.resolveSibling(name);
            }
        } catch (InvalidPathException e) {
            // Falls through: a name this file system cannot have is as wrong as one that leads elsewhere.
        }
        String what = "names the shard " + CheckpointException.quote(name) + ", which is no " + ending.substring(1)
                + " file beside it";
        throw new CheckpointException(index, what, "copy or download the index again");
    }

    /** The {@code weight_map}: tensor to file. */
    private static Map<String, String> readIndex(Path index) {
        try (var in = Files.newInputStream(index)) {
            if (Files.size(index) > LONGEST_INDEX) {
                throw new CheckpointException(index, "is longer than 100 MB", "is this the right file?");
            }
            var reader = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
            try (var parser = FACTORY.createParser(reader)) {
                return readIndex(index, parser);
            }
        } catch (JsonProcessingException e) {
            throw Json.invalid(index, e);
        } catch (IOException e) {
            throw CheckpointException.reading(index, e);
        }
    }

    private static Map<String, String> readIndex(Path index, JsonParser parser) throws IOException {
        var map = new LinkedHashMap<String, String>();
        boolean found = false;
        expect(index, parser.nextToken() == JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isMap = parser.currentName().equals("weight_map");
            JsonToken value = parser.nextToken();
            if (!isMap) {
                parser.skipChildren();
                continue;
            }
            found = true;
            expect(index, value == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String tensor = parser.currentName();
                expect(index, parser.nextToken() == JsonToken.VALUE_STRING);
                map.put(tensor, parser.getText());
            }
        }
        expect(index, found && parser.nextToken() == null);
        return map;
    }

    private static void expect(Path index, boolean condition) {
        if (!condition) {
            String what = "is not an index: its weight_map must map tensor names to file names";
            throw new CheckpointException(index, what, "copy or download it again");
        }
    }
}
