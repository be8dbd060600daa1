package org.maliang.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.maliang.tensor.Device;
import org.maliang.tensor.Threads;
import org.maliang.train.bench.WeightSpeed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code maliang bench matmul}. */
@Command(
        name = "matmul",
        description =
                "How many weights a second the CPU multiplies by, for every --dtype, beside the memory's bandwidth.")
final class MatMulBenchCommand implements Callable<Integer> {
    private static final long MEGABYTE = 1L << 20;

    @Option(
            names = "--rows",
            split = ",",
            description = "Texts written at once, or tokens of a prompt (default: ${DEFAULT-VALUE}).")
    private List<Integer> rows = List.of(1, 4, 16, 512);

    @Option(
            names = "--shapes",
            split = ",",
            paramLabel = "INxOUT",
            description =
                    "Matrices (default: those of models/poet, its head, and one of a model of 1 billion weights).")
    private List<String> shapes = List.of("320x960", "320x320", "320x1280", "1280x320", "320x8192", "2048x8192");

    @Option(names = "--threads", description = "Threads of a product (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(
            names = "--megabytes",
            description = "What the matrices of a shape have in f32 together (default: ${DEFAULT-VALUE}).")
    private int megabytes = 300;

    @Option(names = "--runs", description = "Runs of each product (default: ${DEFAULT-VALUE}).")
    private int runs = 3;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        require(runs > 0, "--runs " + runs + " is not positive: ask for at least 1");
        require(megabytes > 0, "--megabytes " + megabytes + " is not positive: ask for at least 1");
        rows.forEach(n -> require(n > 0, "--rows " + n + " is not positive: ask for at least 1"));
        Threads.threads(threads);
        List<BenchReport.Row> found = new ArrayList<>();
        found.add(BenchReport.Row.of("read memory", "gigabytes", WeightSpeed.bandwidth(Device.CPU, runs)));
        for (String shape : shapes) {
            WeightSpeed speed = speed(shape);
            for (int n : rows) {
                speed.gigaweights(n, runs)
                        .forEach((kind, values) -> found.add(BenchReport.Row.of(
                                "matmul " + n + "x" + speed + " " + kind.label(), "gigaweights", values)));
            }
        }
        BenchReport.of(found).print(System.out, json);
        return 0;
    }

    private WeightSpeed speed(String shape) {
        require(
                shape.matches("[1-9]\\d{0,5}x[1-9]\\d{0,5}"),
                "--shapes " + shape + " is no pair of sizes: write for example 2048x8192");
        String[] sizes = shape.split("x");
        return new WeightSpeed(Long.parseLong(sizes[0]), Long.parseLong(sizes[1]), megabytes * MEGABYTE);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
