package org.maliang.cli;

import java.util.concurrent.Callable;
import org.maliang.model.ModelFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code maliang tokenizer decode IDS…}. */
@Command(name = "decode", description = "Print the text of token ids; special tokens are left out.")
final class TokenizerDecodeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "IDS", arity = "1..*", description = "Token ids.")
    private int[] ids = {};

    @Mixin
    private ModelOption model = new ModelOption();

    @Override
    public Integer call() {
        try (var tokenizer = ModelFiles.tokenizer(model.path()).open()) {
            System.out.println(tokenizer.decode(ids));
        }
        return 0;
    }
}
