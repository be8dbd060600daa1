package org.maliang.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Tests of {@code /call} with a model each. */
abstract class TaskServerTests extends OwnServerTests {

    static final String CALL = "/call";
    static final String[] RELATIONS = {"contradiction", "neutral", "entailment"};

    @TempDir
    Path directory;

    static ObjectNode body(Object input) {
        ObjectNode body = Json.object();
        body.set("input", Json.of(input));
        return body;
    }
}
