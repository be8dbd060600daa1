package org.maliang.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.maliang.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang tokenizer decode IDS…}. */
@Command(name = "decode", description = "Print the text of token ids; special tokens are left out.")
final class TokenizerDecodeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "IDS", arity = "1..*", description = "Token ids.")
    private int[] ids = {};

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model directory or a tokenizer.json; models/poet by default.")
    private Path model = Home.defaultModel();

    @Override
    public Integer call() {
        try (var tokenizer = Tokenizer.load(model)) {
            System.out.println(tokenizer.decode(ids));
        }
        return 0;
    }
}
