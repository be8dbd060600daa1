package org.maliang.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.maliang.model.parity.ParityReport;
import org.maliang.model.parity.ParityReport.Case;

/** One Markdown row for each directory that was compared. */
final class ParityTable {
    private static final String HEAD = """
            | compared | cases within tolerance | outputs: largest deviation | loss and gradients: share of the tolerance |
            |---|---|---|---|
            """;

    private ParityTable() {}

    static String of(List<ParityReport> reports) {
        StringBuilder table = new StringBuilder(HEAD);
        reports.forEach(report -> table.append(row(report)));
        return table.toString();
    }

    private static String row(ParityReport report) {
        long passed = report.cases().stream().filter(Case::ok).count();
        String cases = report.cases().isEmpty()
                ? report.error()
                : passed + " of " + report.cases().size();
        String outputs = worst(report, one -> one.name().startsWith("forward/"), Case::maxAbs, "%.1e");
        String learning = worst(
                report,
                one -> one.name().startsWith("training/"),
                one -> 100 * one.maxAbs() / one.tolerance(),
                "%.1f %%");
        return "| " + report.directory().getFileName() + " | " + cases + " | " + outputs + " | " + learning + " |\n";
    }

    /** The largest value among the cases of one kind; a dash where there are none. */
    private static String worst(
            ParityReport report, Predicate<Case> kind, ToDoubleFunction<Case> value, String format) {
        List<Case> cases = report.cases().stream().filter(kind).toList();
        if (cases.isEmpty()) {
            return "–";
        }
        double worst = cases.stream().mapToDouble(value).max().orElseThrow();
        return cases.stream().allMatch(one -> Double.isFinite(one.maxAbs()))
                ? String.format(Locale.ROOT, format, worst)
                : "some could not be compared";
    }
}
