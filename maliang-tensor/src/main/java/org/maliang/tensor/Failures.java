package org.maliang.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns a native failure into one readable line. */
final class Failures {
    private static final int LONGEST_REASON = 240;

    private Failures() {}

    static TensorException explain(String operator, Throwable cause, Tensor... inputs) {
        StringBuilder text = new StringBuilder(operator).append(": ");
        List<String> shapes = new ArrayList<>();
        for (Tensor input : inputs) {
            shapes.add(Arrays.toString(input.shape()) + " " + input.dtype());
        }
        if (!shapes.isEmpty()) {
            text.append(shapes.size() == 1 ? "shape " : "shapes ")
                    .append(String.join(" and ", shapes))
                    .append(": ");
        }
        return new TensorException(text.append(reason(cause)).toString(), cause);
    }

    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        int allocation = message.indexOf("you tried to allocate ");
        if (allocation >= 0 || cause instanceof OutOfMemoryError) {
            return "not enough memory" + (allocation < 0 ? "" : ", " + firstLine(message.substring(allocation)))
                    + "; use a smaller batch, a shorter context or a smaller dtype";
        }
        return firstLine(message);
    }

    private static String firstLine(String message) {
        String line = message.strip().lines().findFirst().orElse("no reason given");
        int noise = line.indexOf("Exception raised from");
        line = (noise > 0 ? line.substring(0, noise) : line).strip();
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
    }
}
