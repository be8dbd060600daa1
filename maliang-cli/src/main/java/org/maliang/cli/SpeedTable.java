package org.maliang.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What was measured round by round: our speed beside what bounds it and beside other programs'.
 *
 * @param about lines on what was measured
 * @param ceilings what the machine itself reached, a line of its own each
 * @param rivals commands of other programs
 */
record SpeedTable(List<String> about, List<BenchReport.Row> ceilings, List<Line> lines, List<String> rivals) {
    private static final int MANY = 100; // from here on digits after the point say nothing

    /**
     * One piece of work.
     *
     * @param work what it is
     * @param metric what its numbers are
     * @param ours one number a round
     * @param shares of the ceiling, one a round; none where nothing bounds it
     * @param theirs what each rival reached, one number a round; none where it did not do this work
     */
    record Line(String work, String metric, double[] ours, double[] shares, List<double[]> theirs) {
        double[] ratios(int rival) {
            double[] their = theirs.get(rival);
            return IntStream.range(0, their.length)
                    .mapToDouble(i -> ours[i] / their[i])
                    .toArray();
        }
    }

    /** As other benchmarks report. */
    BenchReport report() {
        List<BenchReport.Row> rows = new ArrayList<>(ceilings);
        for (Line line : lines) {
            rows.add(BenchReport.Row.of(line.work, line.metric, line.ours));
            if (line.shares.length > 0) {
                rows.add(BenchReport.Row.of(line.work, "of_ceiling", line.shares));
            }
            for (int i = 0; i < rivals.size(); i++) {
                if (line.theirs.get(i).length > 0) {
                    rows.add(BenchReport.Row.of(rivals.get(i) + ": " + line.work, line.metric, line.theirs.get(i)));
                    rows.add(BenchReport.Row.of(line.work + " / " + rivals.get(i), "ratio", line.ratios(i)));
                }
            }
        }
        Map<String, Double> most = new LinkedHashMap<>();
        ceilings.forEach(row -> most.put(row.work() + ", " + row.metric(), row.median()));
        return new BenchReport(BenchReport.thisMachine(), most, rows);
    }

    /** As a table in Markdown. */
    void print(PrintStream out) {
        out.println(BenchReport.thisMachine());
        about.forEach(out::println);
        ceilings.forEach(row -> out.println(row.work() + ": " + number(row.median()) + spread(row) + " "
                + row.metric().replace('_', ' ')));
        for (int i = 0; i < rivals.size(); i++) {
            out.println(name(i) + ": " + rivals.get(i));
        }
        out.println();
        List<String> head = new ArrayList<>(List.of("work", "unit", "median", "range", "of the ceiling"));
        for (int i = 0; i < rivals.size(); i++) {
            head.addAll(List.of(name(i), "range", "ratio"));
        }
        printRow(out, head);
        printRow(out, head.stream().map(any -> "---").toList());
        lines.forEach(line -> printRow(out, cells(line)));
    }

    private List<String> cells(Line line) {
        BenchReport.Row ours = BenchReport.Row.of("", "", line.ours);
        List<String> cells = new ArrayList<>(List.of(
                line.work,
                line.metric.replace("_per_second", "/s").replace('_', ' '),
                number(ours.median()),
                range(ours),
                line.shares.length == 0 ? "" : share(line.shares)));
        for (int i = 0; i < rivals.size(); i++) {
            if (line.theirs.get(i).length == 0) {
                cells.addAll(List.of("", "", ""));
            } else {
                BenchReport.Row theirs = BenchReport.Row.of("", "", line.theirs.get(i));
                double ratio = BenchReport.Row.of("", "", line.ratios(i)).median();
                cells.addAll(
                        List.of(number(theirs.median()), range(theirs), String.format(Locale.ROOT, "%.2f", ratio)));
            }
        }
        return cells;
    }

    private static void printRow(PrintStream out, List<String> cells) {
        out.println("| " + String.join(" | ", cells) + " |");
    }

    private static String name(int rival) {
        return String.valueOf((char) ('A' + rival));
    }

    private static String share(double[] shares) {
        return String.format(
                Locale.ROOT, "%.0f %%", 100 * BenchReport.Row.of("", "", shares).median());
    }

    private static String range(BenchReport.Row row) {
        return row.min() < row.max() ? number(row.min()) + "–" + number(row.max()) : "";
    }

    private static String spread(BenchReport.Row row) {
        return row.min() < row.max() ? " (" + range(row) + ")" : "";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= MANY ? "%,.0f" : "%.2f", value);
    }
}
