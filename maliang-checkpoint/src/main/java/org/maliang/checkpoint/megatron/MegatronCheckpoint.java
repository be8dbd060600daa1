package org.maliang.checkpoint.megatron;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.DerivedWeights;
import org.maliang.checkpoint.Weights;
import org.maliang.checkpoint.torch.PythonObject;
import org.maliang.checkpoint.torch.TorchFile;

/**
 * A checkpoint of Megatron-LM or DeepSpeed, as one set of whole tensors. Recognised are
 *
 * <ul>
 *   <li>{@code mp_rank_XX_model_states.pt}, the halves of CPM, the eighths of PLUG, AliceMind's in {@code model/};
 *   <li>{@code mp_rank_XX/model_optim_rng.pt}, or {@code mp_rank_XX_YYY/…} with pipeline stages;
 *   <li>{@code (bf16_)zero_pp_rank_*_mp_rank_*_optim_states.pt} beside them: ZeRO's 32-bit parameters, which are then
 *       read instead of the half-precision ones;
 * </ul>
 *
 * in the directory itself or in the one that {@code latest} or {@code latest_checkpointed_iteration.txt} names.
 */
public final class MegatronCheckpoint {
    private static final List<String> ROOTS = List.of("module", "model", "state_dict");
    private static final String ALL_FILES = "copy all files of the checkpoint";

    private final RankFiles files;
    private final List<List<Weights>> stages; // [pipeline stage][tensor-parallel rank]
    private final TorchFile first;

    private MegatronCheckpoint(RankFiles files, List<List<Weights>> stages, TorchFile first) {
        this.files = files;
        this.stages = stages;
        this.first = first;
    }

    /** Whether there is such a checkpoint in a directory. */
    public static boolean isIn(Path directory) {
        return RankFiles.find(directory).isPresent();
    }

    /**
     * Reads the pickles of all files.
     *
     * @throws CheckpointException when there is no checkpoint, or it is incomplete or damaged
     */
    public static MegatronCheckpoint open(Path directory) {
        var files = RankFiles.find(directory)
                .orElseThrow(() -> new CheckpointException(
                        directory,
                        "holds no mp_rank_XX_model_states.pt and no mp_rank_XX/model_optim_rng.pt",
                        "check the path"));
        var stages = new ArrayList<List<Weights>>();
        TorchFile first = null;
        for (var stage : files.models()) {
            var ranks = new ArrayList<Weights>();
            for (int rank = 0; rank < stage.size(); rank++) {
                var models = stage.get(rank).stream().map(TorchFile::read).toList();
                first = first == null ? models.get(0) : first;
                ranks.add(files.optimizers().isEmpty() ? module(models.get(0)) : zero(files, rank, models));
            }
            stages.add(ranks);
        }
        var checkpoint = new MegatronCheckpoint(files, stages, java.util.Objects.requireNonNull(first));
        checkpoint.checkComplete();
        return checkpoint;
    }

    /** Where the files are. */
    public Path directory() {
        return files.directory();
    }

    /** How many tensor-parallel ranks share each layer. */
    public int tensorParallel() {
        return stages.get(0).size();
    }

    /** How many pipeline stages share the layers. */
    public int pipelineParallel() {
        return stages.size();
    }

    /** The options of the training program, such as {@code num_attention_heads}; empty where it saved none. */
    public Map<String, Object> arguments() {
        return entry("args") instanceof PythonObject options ? options.attributes() : Map.of();
    }

    /** How its tensors are cut, by its version and its names. */
    public TensorLayout layout() {
        var names = stages.get(0).get(0).names();
        if (names.stream().anyMatch(name -> name.startsWith("bert.encoder.layer."))) {
            return TensorLayout.PLUG;
        }
        boolean gated = Boolean.TRUE.equals(arguments().get("swiglu"));
        if (entry("checkpoint_version") instanceof Number version) {
            return TensorLayout.megatron(QkvOrder.ofVersion(version.doubleValue()), gated);
        }
        // AliceMind's models have no version, but the names and the order of the second.
        boolean newNames = names.stream().anyMatch(name -> name.contains("language_model.encoder.layers."));
        return TensorLayout.megatron(newNames ? QkvOrder.HEADS : QkvOrder.BLOCKS, gated);
    }

    /** The whole tensors, put together when they are asked for; the tables of tokens with their padding. */
    public Weights weights() {
        return weights(layout(), 0);
    }

    /**
     * The same by other rules.
     *
     * @param vocabulary rows of the tables of tokens; what is behind them is padding and left out. 0 keeps it
     * @throws CheckpointException when the ranks do not fit together; a tensor that should be equal in all ranks and is
     *     not is found when it is asked for
     */
    public Weights weights(TensorLayout layout, long vocabulary) {
        var merge = new Merge(layout, vocabulary);
        var tensors = PipelineStages.join(stages.stream().map(merge::merge).toList());
        long bytes =
                stages.stream().flatMap(List::stream).mapToLong(Weights::bytes).sum();
        return new DerivedWeights(directory(), bytes, tensors);
    }

    // ---------------------------------------------------------------- reading

    private static Weights module(TorchFile file) {
        if (file.root() instanceof Map<?, ?> root) {
            if (root.containsKey("model0")) {
                String what = "has interleaved pipeline stages (model0, model1, …)";
                throw new CheckpointException(file.path(), what, "convert it with Megatron to plain stages first");
            }
            for (String key : ROOTS) {
                if (root.get(key) instanceof Map) {
                    return file.weights(key);
                }
            }
        }
        return file.weights();
    }

    private static Weights zero(RankFiles files, int rank, List<TorchFile> models) {
        if (rank >= files.optimizers().size()) {
            String what = "the optimizer files of mp_rank " + rank + " are missing";
            throw new CheckpointException(files.directory(), what, ALL_FILES);
        }
        var optimizers =
                files.optimizers().get(rank).stream().map(TorchFile::read).toList();
        return new ZeroShards(models, optimizers).weights();
    }

    private void checkComplete() {
        checkCount("mp_world_size", entry("mp_world_size"), tensorParallel());
        checkCount("tensor_model_parallel_size", arguments().get("tensor_model_parallel_size"), tensorParallel());
        checkCount("pipeline_model_parallel_size", arguments().get("pipeline_model_parallel_size"), pipelineParallel());
        for (var stage : stages) {
            if (stage.size() != tensorParallel()) {
                throw new CheckpointException(directory(), "its stages have different numbers of ranks", ALL_FILES);
            }
        }
    }

    private void checkCount(String what, Object stated, int found) {
        if (stated instanceof Long count && count != found) {
            throw new CheckpointException(
                    directory(), "has " + found + " parts, but its " + what + " is " + count, ALL_FILES);
        }
    }

    private Object entry(String key) {
        Optional<Object> value =
                first.root() instanceof Map<?, ?> root ? Optional.ofNullable(root.get(key)) : Optional.empty();
        return value.orElse("");
    }
}
