package org.maliang.checkpoint.tensorflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.maliang.checkpoint.CheckpointException;

/** Finds the files of a checkpoint. */
final class CheckpointPlace {
    private static final String INDEX = ".index";
    private static final String STATE = "checkpoint";
    private static final String SAVED_MODEL = "variables/variables.index";
    private static final long LONGEST_STATE = 1 << 20;
    private static final Pattern LATEST =
            Pattern.compile("^model_checkpoint_path:\\s*\"([^\"\\n]*+)\"", Pattern.MULTILINE);

    private CheckpointPlace() {}

    /** Whether there is a checkpoint, be it one or several. */
    static boolean holds(Path place) {
        if (!Files.isDirectory(place)) {
            boolean index = String.valueOf(place.getFileName()).endsWith(INDEX);
            return Files.isRegularFile(index ? place : withEnding(place, INDEX));
        }
        return Files.isRegularFile(place.resolve(SAVED_MODEL))
                || !indexes(place).isEmpty();
    }

    /** The index of a prefix, of itself, or of the latest checkpoint in a directory. */
    static Path index(Path place) {
        if (Files.isDirectory(place)) {
            return inDirectory(place);
        }
        if (String.valueOf(place.getFileName()).endsWith(INDEX)) {
            return existing(place);
        }
        Path index = withEnding(place, INDEX);
        if (!Files.exists(index) && Files.isRegularFile(place)) {
            throw new CheckpointException(
                    place,
                    "is a file without an index: a checkpoint of TensorFlow's old form (V1), or none at all",
                    "save it again in TensorFlow with tf.compat.v1.train.Saver(write_version=SaverDef.V2)");
        }
        return existing(index);
    }

    /** One of {@code count} files of numbers. */
    static Path shard(Path index, int shard, int count) {
        String name = String.valueOf(index.getFileName());
        String prefix = name.endsWith(INDEX) ? name.substring(0, name.length() - INDEX.length()) : name;
        Path file = index.resolveSibling("%s.data-%05d-of-%05d".formatted(prefix, shard, count));
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(
                    file, "no such file, but the index has tensors in it", "copy it beside the index");
        }
        return file;
    }

    private static Path inDirectory(Path directory) {
        Path state = directory.resolve(STATE);
        try {
            if (Files.isRegularFile(state) && Files.size(state) <= LONGEST_STATE) {
                Matcher latest = LATEST.matcher(Files.readString(state));
                if (latest.find()) {
                    return existing(withEnding(inside(directory, state, latest.group(1)), INDEX));
                }
            }
        } catch (IOException e) {
            throw CheckpointException.reading(state, e);
        }
        Path saved = directory.resolve(SAVED_MODEL);
        List<Path> indexes = Files.isRegularFile(saved) ? List.of(saved) : indexes(directory);
        if (indexes.size() == 1) {
            return indexes.get(0);
        }
        throw new CheckpointException(
                directory,
                "has no file \"checkpoint\" that names a checkpoint",
                "name one by its prefix, such as " + directory.resolve("model.ckpt-1000"));
    }

    private static List<Path> indexes(Path directory) {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(INDEX)).toList();
        } catch (IOException e) {
            throw CheckpointException.reading(directory, e);
        }
    }

    /** The path of another machine counts for its last name only; no path leads out of the directory. */
    private static Path inside(Path directory, Path state, String latest) {
        try {
            Path named = Path.of(latest);
            Path name = named.getFileName();
            if (name != null) {
                Path prefix =
                        directory.resolve(named.isAbsolute() ? name : named).normalize();
                if (prefix.startsWith(directory.normalize())) {
                    return prefix;
                }
            }
        } catch (InvalidPathException e) {
            // Falls through: no name of this file system.
        }
        throw new CheckpointException(
                state, "names " + CheckpointException.quote(latest) + ", which is not beside it", "correct the name");
    }

    private static Path withEnding(Path prefix, String ending) {
        return prefix.resolveSibling(prefix.getFileName() + ending);
    }

    private static Path existing(Path index) {
        if (!Files.isRegularFile(index)) {
            throw new CheckpointException(index, "no such file", "name a checkpoint by its prefix or its directory");
        }
        return index;
    }
}
