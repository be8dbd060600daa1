package org.maliang.cli;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.maliang.model.ModelFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang tokenizer encode TEXT}. */
@Command(name = "encode", description = "Cut text into tokens and print their ids.")
final class TokenizerEncodeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TEXT", description = "The text, or - for standard input.")
    private String text = "";

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(names = "--json", description = "Print {\"ids\", \"tokens\"}.")
    private boolean json;

    @Override
    public Integer call() {
        try (var tokenizer = ModelFiles.tokenizer(model.path()).open()) {
            int[] ids = tokenizer.encode(Input.text(text));
            if (json) {
                var object = Json.object();
                Arrays.stream(ids).forEach(object.putArray("ids")::add);
                tokenizer.tokens(ids).forEach(object.putArray("tokens")::add);
                Json.print(object);
            } else {
                System.out.println(
                        Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
            }
        }
        return 0;
    }
}
