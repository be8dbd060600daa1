package org.maliang.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.tensor.DType;
import org.maliang.tensor.Device;
import org.maliang.train.bench.Gemm;
import org.maliang.train.bench.ModelShape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang bench gemm}. */
@Command(name = "gemm", description = "How fast this machine multiplies matrices of the shapes that training uses.")
final class GemmBenchCommand implements Callable<Integer> {

    @Option(names = "--rows", description = "Tokens in a batch (default: ${DEFAULT-VALUE}).")
    private int rows = 2048;

    @Option(names = "--runs", description = "Runs of each product (default: ${DEFAULT-VALUE}).")
    private int runs = 7;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        List<Gemm> products = new ArrayList<>(List.of(Gemm.SQUARE));
        products.addAll(Gemm.of(ModelShape.GPT2_124M, rows));
        List<BenchReport.Row> found = new ArrayList<>();
        for (DType type : List.of(DType.F32, DType.BF16)) {
            products.forEach(product -> found.add(row(product, device.device(), type, runs)));
        }
        BenchReport.of(found).print(System.out, json);
        return 0;
    }

    static BenchReport.Row row(Gemm product, Device device, DType type, int runs) {
        String work = "gemm " + product + " " + type.name().toLowerCase(Locale.ROOT);
        return BenchReport.Row.of(work, "gigaflops", product.gigaflops(device, type, runs));
    }
}
