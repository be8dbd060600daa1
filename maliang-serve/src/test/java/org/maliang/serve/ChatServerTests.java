package org.maliang.serve;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests of one server, whose small model writes and takes part in conversations. */
abstract class ChatServerTests {

    @TempDir
    private static Path directory;

    static Server server;
    static Caller caller;

    @BeforeAll
    static void start() {
        server = Server.start(TestModels.options(TestModels.chat(directory)));
        caller = new Caller(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }
}
