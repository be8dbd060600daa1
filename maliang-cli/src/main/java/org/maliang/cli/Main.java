package org.maliang.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line {@code maliang}: finds the command, runs it, and turns whatever goes wrong into one line on stderr and
 * an exit code (0 success, 1 failure, 2 wrong usage). Text is UTF-8 in every direction, whatever the locale says.
 */
@Command(
        name = "maliang",
        description = "A brush for Chinese language models: train them, write with them, measure them.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            WriteCommand.class,
            PipelineCommand.class,
            ServeCommand.class,
            InfoCommand.class,
            ConvertCommand.class,
            QuantizeCommand.class,
            PruneVocabCommand.class,
            TokenizerCommand.class,
            DataCommand.class,
            TrainCommand.class,
            EvalCommand.class,
            BenchCommand.class,
            ParityCommand.class,
        })
public final class Main extends CommandGroup {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean debug;

    public static void main(String[] args) {
        System.setOut(utf8(FileDescriptor.out));
        System.setErr(utf8(FileDescriptor.err));
        int code = run(NativeArguments.recover(args));
        System.out.flush();
        System.err.flush();
        System.exit(code);
    }

    /** Runs one command and returns its exit code; output goes to {@link System#out} and {@link System#err}. */
    static int run(String... args) {
        var main = new Main();
        CommandLine line = commandLine(main);
        boolean debug = List.of(args).contains("--debug");
        line.setParameterExceptionHandler((e, unused) -> report(Failure.of(e), e, debug));
        line.setExecutionExceptionHandler((e, unused, parsed) -> report(Failure.of(e), e, main.debug));
        try {
            NativeArguments.requireWhole(args);
            return line.execute(args);
        } catch (IllegalArgumentException e) {
            return report(Failure.of(e), e, debug);
        } catch (Error e) { // out of memory, missing natives: picocli passes these through
            return report(Failure.of(e), e, debug);
        }
    }

    /** The commands as picocli sees them, for {@link #run} and for checks of the documentation. */
    static CommandLine commandLine(Main main) {
        return new CommandLine(main)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false);
    }

    private static int report(Failure failure, Throwable thrown, boolean debug) {
        System.out.flush();
        System.err.println("maliang: " + failure.line());
        if (debug) {
            thrown.printStackTrace();
        }
        return failure.exitCode();
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
