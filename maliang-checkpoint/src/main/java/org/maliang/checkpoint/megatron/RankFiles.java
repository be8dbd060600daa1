package org.maliang.checkpoint.megatron;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.maliang.checkpoint.CheckpointException;

/**
 * The files of a checkpoint, by their names.
 *
 * @param models of each pipeline stage and, in it, each tensor-parallel rank; several per rank where ZeRO has cut the
 *     parameters
 * @param optimizers of ZeRO, by tensor-parallel rank, in the order of the data-parallel ranks; empty without ZeRO
 */
record RankFiles(Path directory, List<List<List<Path>>> models, List<List<Path>> optimizers) {
    private static final Pattern MODEL = Pattern.compile("mp_rank_(\\d{1,5})_model_states\\.pt");
    private static final Pattern STAGE = Pattern.compile("mp_rank_(\\d{1,5})(?:_(\\d{1,5}))?");
    private static final Pattern ZERO =
            Pattern.compile("(?:bf16_)?zero_pp_rank_(\\d{1,5})_mp_rank_(\\d{1,5})_(model|optim)_states\\.pt");
    private static final List<String> STAGE_FILES = List.of("model_optim_rng.pt", "model_rng.pt");
    private static final List<String> TRACKERS = List.of("latest", "latest_checkpointed_iteration.txt");
    private static final Pattern TAG = Pattern.compile("[\\w.-]{1,100}");

    /** The checkpoint in a directory, in the one its tracker file names, or in {@code model} or {@code release}. */
    static Optional<RankFiles> find(Path path) {
        var places = new ArrayList<Path>(List.of(path));
        try {
            for (String tracker : TRACKERS) {
                Path file = path.resolve(tracker);
                if (Files.isRegularFile(file)) {
                    places.addAll(named(path, tag(file)));
                }
            }
            places.add(path.resolve("model"));
            places.add(path.resolve("release"));
            for (Path place : places) {
                var found = Files.isDirectory(place) ? list(place) : Optional.<RankFiles>empty();
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw CheckpointException.reading(path, e);
        }
    }

    private static String tag(Path tracker) throws IOException {
        String tag = "";
        if (Files.size(tracker) <= 1000) {
            tag = new String(Files.readAllBytes(tracker), StandardCharsets.UTF_8).strip();
        }
        if (!TAG.matcher(tag).matches() || tag.startsWith(".")) {
            throw new CheckpointException(
                    tracker, "does not name a checkpoint", "write the name of its directory into it");
        }
        return tag;
    }

    private static List<Path> named(Path path, String tag) {
        return tag.matches("\\d{1,9}")
                ? List.of(path.resolve("iter_%07d".formatted(Integer.parseInt(tag))), path.resolve(tag))
                : List.of(path.resolve(tag));
    }

    private static Optional<RankFiles> list(Path directory) throws IOException {
        var models = new TreeMap<Integer, Map<Integer, Map<Integer, Path>>>(); // stage, rank, data-parallel rank
        var optimizers = new TreeMap<Integer, Map<Integer, Path>>(); // rank, data-parallel rank
        try (var entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                Matcher model = MODEL.matcher(name);
                Matcher zero = ZERO.matcher(name);
                if (model.matches()) {
                    put(models, 0, number(model, 1), 0, entry);
                } else if (zero.matches() && zero.group(3).equals("model")) {
                    put(models, 0, number(zero, 2), number(zero, 1), entry);
                } else if (zero.matches()) {
                    optimizers
                            .computeIfAbsent(number(zero, 2), rank -> new TreeMap<>())
                            .put(number(zero, 1), entry);
                } else {
                    addStage(models, entry);
                }
            }
        }
        if (models.isEmpty()) {
            return Optional.empty();
        }
        var stages = new ArrayList<List<List<Path>>>();
        for (var stage : complete(directory, "pipeline stage", models)) {
            var ranks = new ArrayList<List<Path>>();
            for (var rank : complete(directory, "mp_rank", stage)) {
                ranks.add(complete(directory, "data-parallel rank", rank));
            }
            stages.add(ranks);
        }
        var states = new ArrayList<List<Path>>();
        for (var rank : complete(directory, "mp_rank", optimizers)) {
            states.add(complete(directory, "data-parallel rank", rank));
        }
        return Optional.of(new RankFiles(directory, stages, states));
    }

    private static void addStage(Map<Integer, Map<Integer, Map<Integer, Path>>> models, Path entry) {
        Matcher stage = STAGE.matcher(entry.getFileName().toString());
        if (stage.matches()) {
            for (String name : STAGE_FILES) {
                if (Files.isRegularFile(entry.resolve(name))) {
                    int pipeline = stage.group(2) == null ? 0 : number(stage, 2);
                    put(models, pipeline, number(stage, 1), 0, entry.resolve(name));
                    return;
                }
            }
        }
    }

    private static void put(
            Map<Integer, Map<Integer, Map<Integer, Path>>> models, int stage, int rank, int replica, Path file) {
        models.computeIfAbsent(stage, key -> new TreeMap<>())
                .computeIfAbsent(rank, key -> new TreeMap<>())
                .put(replica, file);
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    /** The values for 0, 1, 2, …, none of which may be missing. */
    private static <T> List<T> complete(Path directory, String what, Map<Integer, T> numbered) {
        for (int i = 0; i < numbered.size(); i++) {
            if (!numbered.containsKey(i)) {
                throw new CheckpointException(
                        directory, "the file of " + what + " " + i + " is missing", "copy all files of the checkpoint");
            }
        }
        return List.copyOf(numbered.values());
    }
}
