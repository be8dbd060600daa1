package org.maliang.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark found.
 *
 * @param machine processor, number of cores, Java
 * @param ceilings the most this machine could do, by name; empty where nothing bounds the result
 */
record BenchReport(String machine, Map<String, Double> ceilings, List<Row> rows) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** One kind of number for one piece of work; all three are the same where it was taken once. */
    record Row(String work, String metric, double median, double min, double max) {
        static Row of(String work, String metric, double... values) {
            double[] sorted = Arrays.stream(values).sorted().toArray();
            double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
            return new Row(work, metric, median, sorted[0], sorted[sorted.length - 1]);
        }
    }

    static BenchReport of(List<Row> rows) {
        return new BenchReport(thisMachine(), Map.of(), List.copyOf(rows));
    }

    void print(PrintStream out, boolean json) {
        if (json) {
            out.println(toJson());
            return;
        }
        out.println(machine);
        ceilings.forEach((name, value) -> out.printf("%s: at most %.4g%n", name, value));
        int work = width(rows.stream().map(Row::work).toList());
        int metric = width(rows.stream().map(Row::metric).toList());
        for (Row row : rows) {
            String range = row.min < row.max ? String.format("  (%.4g to %.4g)", row.min, row.max) : "";
            out.printf("%-" + work + "s  %-" + metric + "s  %10.4f%s%n", row.work, row.metric, row.median, range);
        }
    }

    /** One line a row, as RFC 4180 has it. */
    void printCsv(PrintStream out) {
        out.println("work,metric,median,min,max");
        for (Row row : rows) {
            String work = '"' + row.work.replace("\"", "\"\"") + '"';
            out.println(String.join(
                    ",",
                    work,
                    row.metric,
                    Double.toString(row.median),
                    Double.toString(row.min),
                    Double.toString(row.max)));
        }
    }

    private String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int width(List<String> column) {
        return column.stream().mapToInt(String::length).max().orElse(1);
    }

    static String thisMachine() {
        int cores = Runtime.getRuntime().availableProcessors();
        return processor() + ", " + cores + " cores, Java " + Runtime.version().feature();
    }

    private static String processor() {
        try (var lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) { // not Linux
            return System.getProperty("os.name") + " " + System.getProperty("os.arch");
        }
    }
}
