package org.maliang.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.model.ModelException;
import org.maliang.model.parity.Parity;
import org.maliang.model.parity.ParityReport;
import org.maliang.tensor.Threads;
import org.maliang.tokenizer.TokenizerException;
import org.maliang.tokenizer.parity.TokenizerParity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code maliang parity FIXTURE_DIR… [--json]}. */
@Command(
        name = "parity",
        description = {
            "Compare models with what a reference implementation computes.",
            "For every case of golden.json: the number that comes closest to its tolerance, or misses it by most."
        })
final class ParityCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FIXTURE_DIR",
            arity = "1..*",
            description = "Directory with config.json, weights and golden.json, or with golden files of tokenizers.")
    private List<Path> directories;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--table",
            description =
                    "Print one Markdown row for each directory: cases, largest deviation of an output, and how much"
                            + " of their tolerance losses and gradients use.")
    private boolean table;

    /** 0 when every case of every directory passes, 1 otherwise. */
    @Override
    public Integer call() {
        Threads.threads(1); // as the golden files were made; and models this small are slower with more
        PrintWriter out = spec.commandLine().getOut();
        List<ParityReport> reports = new ArrayList<>();
        for (Path directory : directories) {
            ParityReport report = compare(directory);
            reports.add(report);
            if (!json && !table) {
                print(report, out);
            }
        }
        if (table) {
            out.println(ParityTable.of(reports).stripTrailing());
        }
        boolean ok = reports.stream().allMatch(ParityReport::ok);
        if (json) {
            ObjectNode all = JsonNodeFactory.instance.objectNode().put("ok", ok);
            ArrayNode dirs = all.putArray("dirs");
            reports.forEach(report -> dirs.add(report.toJson()));
            out.println(all);
        }
        return ok ? 0 : 1;
    }

    /** A directory that cannot be compared is said so, and the others are still looked at. */
    private ParityReport compare(Path directory) {
        try {
            return !Files.exists(directory.resolve("golden.json")) && TokenizerParity.covers(directory)
                    ? tokenizers(directory)
                    : Parity.run(directory);
        } catch (ModelException | CheckpointException | TokenizerException e) {
            spec.commandLine().getErr().println("maliang: " + e.getMessage());
            return ParityReport.failed(directory, e.getMessage());
        }
    }

    /** Tokenizers are right or wrong: a case that differs has no number, but says where. */
    private static ParityReport tokenizers(Path directory) {
        List<ParityReport.Case> cases = TokenizerParity.run(directory).stream()
                .map(one -> new ParityReport.Case(one.name(), one.ok() ? 0 : Double.NaN, 0, one.difference()))
                .toList();
        return new ParityReport(directory, cases, "");
    }

    private static void print(ParityReport report, PrintWriter out) {
        if (report.cases().isEmpty()) {
            return;
        }
        int width = report.cases().stream()
                .mapToInt(row -> row.name().length())
                .max()
                .orElse(0);
        long passed = report.cases().stream().filter(ParityReport.Case::ok).count();
        out.println(report.directory());
        row(out, width, "case", "deviation", "tolerance", "");
        for (ParityReport.Case one : report.cases()) {
            boolean number = Double.isFinite(one.maxAbs());
            row(
                    out,
                    width,
                    one.name(),
                    number ? scientific(one.maxAbs()) : "–",
                    number ? scientific(one.tolerance()) : "–",
                    (one.ok() ? "ok    " : "FAILS ") + one.note());
        }
        out.println(passed + " of " + report.cases().size() + " cases pass");
    }

    private static void row(PrintWriter out, int width, String name, String deviation, String tolerance, String note) {
        String padded = name + " ".repeat(width - Math.min(width, name.length()));
        out.println(String.format(Locale.ROOT, "  %s  %9s  %9s  %s", padded, deviation, tolerance, note)
                .stripTrailing());
    }

    private static String scientific(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
    }
}
