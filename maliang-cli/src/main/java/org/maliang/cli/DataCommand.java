package org.maliang.cli;

import picocli.CommandLine.Command;

/** {@code maliang data prepare}. */
@Command(name = "data", description = "Prepare corpora for training.", subcommands = DataPrepareCommand.class)
final class DataCommand extends CommandGroup {}
