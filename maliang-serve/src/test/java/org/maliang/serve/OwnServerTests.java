package org.maliang.serve;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Tests that start a server each. */
abstract class OwnServerTests {

    Server server;
    Caller caller;

    final void start(ServerOptions options) {
        server = Server.start(options);
        caller = new Caller(server);
    }

    final void start(Path model) {
        start(TestModels.options(model));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
