package org.maliang.model.parity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;

/**
 * How far a model is from its golden file.
 *
 * @param directory the model with its {@code golden.json}
 * @param cases one for every quantity compared, in file order
 * @param error why nothing could be compared; empty when something was
 */
public record ParityReport(Path directory, List<Case> cases, String error) {

    /**
     * One quantity, usually many numbers. Reported is the number that comes closest to its tolerance, or misses it by most.
     *
     * @param name such as {@code forward/basic/logits}
     * @param maxAbs its absolute difference from the golden number; not finite when a number is not, or could not be had
     * @param tolerance how large that difference may be
     * @param note which number it is, or why the case failed without one
     */
    public record Case(String name, double maxAbs, double tolerance, String note) {

        static Case failed(String name, String reason) {
            return new Case(name, Double.NaN, 0, reason);
        }

        public boolean ok() {
            return maxAbs <= tolerance;
        }

        private ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", name);
            if (Double.isFinite(maxAbs)) {
                json.put("max_abs", maxAbs);
            } else {
                json.putNull("max_abs");
            }
            return json.put("tolerance", tolerance).put("ok", ok()).put("note", note);
        }
    }

    public ParityReport {
        cases = List.copyOf(cases);
    }

    /** A directory in which nothing could be compared. */
    public static ParityReport failed(Path directory, String reason) {
        return new ParityReport(directory, List.of(), reason);
    }

    /** Whether something was compared, and everything that was lies within its tolerance. */
    public boolean ok() {
        return !cases.isEmpty() && cases.stream().allMatch(Case::ok);
    }

    /** {@code {"dir","ok","cases":[{"name","max_abs","tolerance","ok","note"}]}}, and {@code "error"} where there is one. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("dir", directory.toString()).put("ok", ok());
        ArrayNode rows = json.putArray("cases");
        cases.forEach(row -> rows.add(row.toJson()));
        return error.isEmpty() ? json : json.put("error", error);
    }
}
