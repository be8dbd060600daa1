package org.maliang.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.maliang.model.ModelFiles;
import org.maliang.model.convert.Conversion;
import org.maliang.tensor.DType;
import org.maliang.tensor.Threads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang convert SRC DST}. */
@Command(name = "convert", description = "Write a model in another form; tensors pass through one by one.")
final class ConvertCommand implements Callable<Integer> {
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F16, DType.BF16);
    private static final long GIGABYTE = 1_000_000_000;

    /** What is written. */
    enum Form {
        HF,
        MEGATRON,
        GGUF
    }

    @Parameters(
            index = "0",
            paramLabel = "SRC",
            description = "The model: " + ModelArgument.FORMS
                    + ", or a directory with Megatron's mp_rank files or a checkpoint of TensorFlow, or a .npz file.")
    private String source = "";

    @Parameters(index = "1", paramLabel = "DST", description = "The directory to write, for gguf the file.")
    private Path target = Path.of("");

    @Option(
            names = "--to",
            paramLabel = "FORM",
            defaultValue = "HF",
            description = "hf: config.json and safetensors; megatron: mp_rank files as CPM has them; gguf: llama.cpp's"
                    + " file (default: ${DEFAULT-VALUE}).")
    private Form form = Form.HF;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description =
                    "What floating numbers become: f32, f16 or bf16, for gguf also q8_0 or q4_0; unchanged by default, for gguf f16.")
    private @Nullable String dtype;

    @Option(
            names = "--tensor-parallel",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many shards of Megatron to write (default: ${DEFAULT-VALUE}).")
    private int ranks = 1;

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "How many heads the attention has, where SRC does not say: CPM's shards do not.")
    private @Nullable Integer heads;

    @Option(
            names = "--shard-gb",
            paramLabel = "N",
            defaultValue = "5",
            description = "Most gigabytes in one safetensors file (default: ${DEFAULT-VALUE}).")
    private int shardGigabytes = 5;

    @Override
    public Integer call() {
        require(ranks > 0, "--tensor-parallel " + ranks + " is not positive: ask for at least 1");
        require(shardGigabytes > 0, "--shard-gb " + shardGigabytes + " is not positive: ask for at least 1");
        Threads.threads(1); // the disk is what it waits for
        try (ModelFiles files = ModelFiles.open(ModelArgument.path(source), ModelArgument.heads(heads))) {
            switch (form) {
                case HF -> new Conversion(files, type()).toHuggingFace(target, shardGigabytes * GIGABYTE);
                case MEGATRON -> new Conversion(files, type()).toMegatron(target, ranks);
                case GGUF ->
                    new Conversion(files, Optional.empty())
                            .toGguf(target, dtype == null ? "" : dtype)
                            .forEach(remark -> System.err.println("maliang: " + remark));
            }
        }
        System.out.println(target);
        return 0;
    }

    private Optional<DType> type() {
        if (dtype == null) {
            return Optional.empty();
        }
        String name = dtype.toUpperCase(Locale.ROOT);
        return Optional.of(DTYPES.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--dtype " + dtype + " is not known for this form: choose f32, f16 or bf16")));
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
