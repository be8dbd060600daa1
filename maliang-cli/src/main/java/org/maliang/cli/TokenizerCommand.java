package org.maliang.cli;

import picocli.CommandLine.Command;

/** {@code maliang tokenizer train|encode|decode}. */
@Command(
        name = "tokenizer",
        description = "Train tokenizers and use them.",
        subcommands = {TokenizerTrainCommand.class, TokenizerEncodeCommand.class, TokenizerDecodeCommand.class})
final class TokenizerCommand extends CommandGroup {}
