package org.maliang.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.maliang.pipeline.Output;
import org.maliang.pipeline.Pipeline;
import org.maliang.pipeline.Pipelines;
import org.maliang.pipeline.Task;
import org.maliang.pipeline.WritingPipeline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang pipeline INPUT}. */
@Command(name = "pipeline", description = "Use a model for one of ModelScope's tasks: classify, mark, answer, write …")
final class PipelineCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "INPUT",
            description =
                    "A text, or a JSON object with the inputs' names as ModelScope has them; - for standard input,"
                            + " one of either a line.")
    private String input = "";

    @Mixin
    private ModelOption model = new ModelOption();

    @Option(
            names = "--task",
            paramLabel = "ID",
            defaultValue = "",
            description = "What to do, such as text-classification, fill-mask, nli, question-answering; by default what"
                    + " the model is made for.")
    private String task = "";

    @Option(names = "--json", description = "Print one JSON object a line for every input.")
    private boolean json;

    @Override
    public Integer call() {
        Optional<Task> named =
                Optional.of(task).filter(id -> !id.isEmpty()).map(Task::of); // before anything is fetched
        Path path = model.path();
        Task asked = named.orElseGet(() -> Pipelines.task(path));
        try (Pipeline<?, ?> pipeline = Pipelines.of(asked, path, model.placement())) {
            if (input.equals("-")) {
                printAll(pipeline, Input.lines());
            } else if (!json && pipeline instanceof WritingPipeline<?, ?> writer) {
                show(writer);
            } else {
                printAll(pipeline, Stream.of(input));
            }
        } catch (Pages.NobodyReads e) {
            return Pages.BROKEN_PIPE;
        }
        return 0;
    }

    /** Writes on a terminal, where texts are seen while they are written. */
    private <I> void show(WritingPipeline<I, ?> writer) {
        Pages pages = new Pages("");
        pages.finish(writer.run(read(writer, input), writer.defaults(), pages).samples());
    }

    private <I, O extends Output> void printAll(Pipeline<I, O> pipeline, Stream<String> inputs) {
        pipeline.stream(inputs.map(line -> read(pipeline, line)))
                .forEach(output -> Pages.print((json ? output.json() : output.line()) + "\n"));
    }

    private static <I> I read(Pipeline<I, ?> pipeline, String line) {
        return line.stripLeading().startsWith("{") ? pipeline.input(Json.fields(line)) : pipeline.input(line);
    }
}
