package org.maliang.checkpoint.megatron;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.torch.TorchFile;
import org.maliang.checkpoint.torch.TorchWriter;

/**
 * A directory of Megatron-LM or DeepSpeed: {@code mp_rank_00_model_states.pt} and its neighbours, directly or below
 * {@code model/} or the directory that {@code latest} names; or {@code iter_0000500/mp_rank_00[_000]/model_optim_rng.pt},
 * where the second number is the stage of the pipeline.
 *
 * <pre>{@code
 * try (Weights whole = MegatronCheckpoint.find(directory).orElseThrow().merge()) { ... }
 * }</pre>
 */
public final class MegatronCheckpoint {
    private static final Pattern RANK = Pattern.compile("mp_rank_(\\d{2,3})(?:_(\\d{3}))?(?:_model_states\\.pt)?");
    private static final Pattern LAYER = Pattern.compile("(.*\\blayers?\\.)(\\d+)(\\..*)");
    private static final String DEEPSPEED_ENDING = "_model_states.pt";
    private static final List<String> STATES = List.of("model_optim_rng.pt", "model_rng.pt");
    private static final List<String> POINTERS = List.of("latest", "latest_checkpointed_iteration.txt");

    private final Path directory;
    private final List<List<Path>> stages; // of each pipeline stage the file of every tensor-parallel rank

    private MegatronCheckpoint(Path directory, List<List<Path>> stages) {
        this.directory = directory;
        this.stages = stages;
    }

    /** The checkpoint in a directory, or the newest below it; empty if there is none. */
    public static Optional<MegatronCheckpoint> find(Path directory) {
        return candidates(directory).stream()
                .map(MegatronCheckpoint::stages)
                .filter(stages -> !stages.isEmpty())
                .findFirst()
                .map(stages -> new MegatronCheckpoint(directory, stages));
    }

    /** How many ranks share the tensors. */
    public int ranks() {
        return stages.get(0).size();
    }

    /** The whole checkpoint, with the rules that its files call for. */
    public Weights merge() {
        return merge(Optional.empty());
    }

    /**
     * The whole checkpoint.
     *
     * @param rules how fused projections are cut; empty for what the files say: their {@code checkpoint_version}, or
     *     names that only later versions have
     */
    public Weights merge(Optional<ShardRules> rules) {
        List<Weights> whole = new ArrayList<>();
        for (List<Path> stage : stages) {
            List<TorchFile> files = stage.stream().map(TorchFile::read).toList();
            List<Weights> ranks = files.stream().map(TorchFile::stateDict).toList();
            whole.add(Shards.merge(ranks, rules.orElseGet(() -> rules(files.get(0), ranks.get(0)))));
        }
        return whole.size() == 1 ? whole.get(0) : joined(whole);
    }

    private static ShardRules rules(TorchFile file, Weights weights) {
        if (file.root() instanceof Map<?, ?> map && map.get("checkpoint_version") instanceof Number version) {
            return ShardRules.ofVersion(version.doubleValue());
        }
        boolean later = weights.names().stream().anyMatch(name -> name.contains("self_attention.query_key_value"));
        return later ? ShardRules.BY_HEAD : ShardRules.VERSION_0;
    }

    /** One checkpoint of the stages of a pipeline, each of which numbers its layers from 0. */
    private static Weights joined(List<Weights> stages) {
        DerivedWeights all = new DerivedWeights(stages);
        int before = 0;
        for (Weights stage : stages) {
            int last = -1;
            for (String name : stage.names()) {
                Matcher layer = LAYER.matcher(name);
                if (layer.matches()) {
                    int number = Integer.parseInt(layer.group(2));
                    last = Math.max(last, number);
                    all.add(layer.group(1) + (before + number) + layer.group(3), stage, name);
                } else if (!all.names().contains(name)) { // the last stage has a copy of tied embeddings
                    all.add(name, stage, name);
                }
            }
            before += last + 1;
        }
        return all;
    }

    /** Where the files may be: here, where the pointer points to, or in {@code model/}. */
    private static List<Path> candidates(Path directory) {
        List<Path> candidates = new ArrayList<>(List.of(directory));
        for (String pointer : POINTERS) {
            Path file = directory.resolve(pointer);
            if (Files.isRegularFile(file)) {
                String tag = text(file).strip();
                candidates.add(
                        directory.resolve(tag.matches("\\d+") ? "iter_%07d".formatted(Long.parseLong(tag)) : tag));
            }
        }
        candidates.add(directory.resolve("model"));
        return candidates.stream().filter(Files::isDirectory).toList();
    }

    private static String text(Path file) {
        try {
            String text = Files.readString(file);
            if (text.length() > 200 || text.contains("..") || text.contains("/")) {
                throw new CheckpointException(file, "names no directory beside it", "name the checkpoint's directory");
            }
            return text;
        } catch (IOException e) {
            throw CheckpointException.reading(file, e);
        }
    }

    private static List<List<Path>> stages(Path directory) {
        TreeMap<Integer, TreeMap<Integer, Path>> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = RANK.matcher(file.getFileName().toString());
                Optional<Path> state = name.matches() ? state(file) : Optional.empty();
                if (state.isPresent()) {
                    int stage = name.group(2) == null ? 0 : Integer.parseInt(name.group(2));
                    found.computeIfAbsent(stage, unused -> new TreeMap<>())
                            .put(Integer.parseInt(name.group(1)), state.get());
                }
            }
        } catch (IOException e) {
            throw CheckpointException.reading(directory, e);
        }
        List<List<Path>> stages = new ArrayList<>();
        for (Map.Entry<Integer, TreeMap<Integer, Path>> stage : found.entrySet()) {
            boolean complete = stage.getKey() == stages.size()
                    && stage.getValue().lastKey() == stage.getValue().size() - 1
                    && stage.getValue().size() == found.get(0).size();
            if (!complete) {
                throw new CheckpointException(
                        directory, "lacks files of some ranks", "copy or download all mp_rank files");
            }
            stages.add(List.copyOf(stage.getValue().values()));
        }
        return stages;
    }

    private static Optional<Path> state(Path file) {
        if (Files.isRegularFile(file)) {
            return file.getFileName().toString().endsWith(DEEPSPEED_ENDING) ? Optional.of(file) : Optional.empty();
        }
        return STATES.stream().map(file::resolve).filter(Files::isRegularFile).findFirst();
    }

    /**
     * Writes shards as CPM has them: {@code mp_rank_XX_model_states.pt} with the tensors below {@code module}.
     *
     * @param whole under Megatron's names
     */
    public static void write(Path directory, Weights whole, ShardRules rules, int ranks) {
        for (int rank = 0; rank < ranks; rank++) {
            Map<String, Object> beside = new TreeMap<>();
            beside.put("mp_world_size", (long) ranks);
            beside.put("checkpoint_version", rules.equals(ShardRules.VERSION_0) ? 0.0 : 2.0);
            Path file = directory.resolve("mp_rank_%02d%s".formatted(rank, DEEPSPEED_ENDING));
            TorchWriter.write(file, "module", Shards.cut(whole, rules, rank, ranks), beside);
        }
    }

    @Override
    public String toString() {
        return directory + ": " + ranks() + " ranks, " + stages.size() + " stages";
    }
}
