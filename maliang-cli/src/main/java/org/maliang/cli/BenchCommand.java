package org.maliang.cli;

import picocli.CommandLine.Command;

/** {@code maliang bench train|generate|tokenizer|gemm|matmul|ngram|serve}. */
@Command(
        name = "bench",
        description = "Measure speed on this machine.",
        subcommands = {
            TokenizerBenchCommand.class,
            NgramBenchCommand.class,
            GemmBenchCommand.class,
            MatMulBenchCommand.class,
            TrainBenchCommand.class,
            GenerateBenchCommand.class,
            ServeBenchCommand.class,
        })
final class BenchCommand extends CommandGroup {}
