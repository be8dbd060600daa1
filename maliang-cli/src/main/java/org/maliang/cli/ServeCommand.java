package org.maliang.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.maliang.serve.Server;
import org.maliang.serve.ServerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code maliang serve}. */
@Command(name = "serve", description = "Serve a model: a page to write with, and an OpenAI-compatible API.")
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Where to listen; 0.0.0.0 lets other machines in.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "The port to listen at; 0 for any.")
    private int port;

    @Override
    public Integer call() throws InterruptedException {
        ServerOptions options =
                ServerOptions.of(model.path()).withHost(host).withPort(port).withHome(Home.directory());
        Server server = Server.start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "maliang-close"));
        System.out.println(server.address());
        new CountDownLatch(1).await();
        return 0;
    }
}
