package org.maliang.cli;

import picocli.CommandLine.Command;

/** {@code maliang tokenizer train|encode|decode}. */
@Command(
        name = "tokenizer",
        description = "Train tokenizers and use them.",
        subcommands = {})
final class TokenizerCommand extends CommandGroup {}
