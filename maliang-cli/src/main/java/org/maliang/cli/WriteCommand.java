package org.maliang.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.maliang.model.LanguageModel;
import org.maliang.model.form.Verse;
import org.maliang.model.form.VerseTokens;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.MajorityVote;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.constraint.ConstraintCompiler;
import org.maliang.model.generate.constraint.Grammar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang write PROMPT}. */
@Command(name = "write", description = "Continue a text, or write a poem of the form asked for.")
final class WriteCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PROMPT",
            description = "How the text begins, or - to read that from standard input; with --form the title, and for a"
                    + " couplet its first line.")
    private String prompt = "";

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private WriteOptions options = new WriteOptions();

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "",
            description = "Write verse of this form: 五言绝句, 七言律诗, 词:如梦令, 曲:天净沙, 对联 …; its length is the form's.")
    private String form = "";

    @Option(
            names = "--acrostic",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Write verse whose lines or clauses begin with these characters, as in 马良神笔.")
    private String acrostic = "";

    @Mixin
    private ConstraintOptions constraint = new ConstraintOptions();

    @Mixin
    private GuessOptions guesses = new GuessOptions();

    @Option(
            names = "--vote",
            paramLabel = "N",
            description = "Write N answers, count those that are alike and take the most frequent one.")
    private @Nullable Integer vote;

    @Option(names = "--json", description = "Print one JSON object when all is written.")
    private boolean json;

    /**
     * What the model reads and how it goes on.
     *
     * @param shown what readers want to see before the text
     */
    private record Task(String prompt, String shown, GenerationOptions options) {}

    @Override
    public Integer call() {
        String text = Input.text(prompt);
        Optional<Verse> verse = form.isBlank() && acrostic.isBlank()
                ? Optional.empty()
                : Optional.of(Verse.asked(form, text, acrostic));
        Optional<Grammar> grammar = constraint.grammar();
        if (verse.isPresent() && grammar.isPresent()) {
            throw new IllegalArgumentException(
                    "--form and --acrostic say all about a text: leave --regex, --choice, --json-schema and --json-text out");
        }
        Path directory = model.path();
        try (LanguageModel loaded = LanguageModel.load(directory, model.placement());
                GuessOptions.Guessing guessing = guesses.open(loaded, model.placement())) {
            TextGenerator generator = loaded.generator(guessing.speculation());
            GenerationOptions plain = voting(options.over(
                    loaded.defaults().withSeed(ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE)),
                    loaded.tokenizer()));
            Task task = verse.map(asked -> task(asked, plain, loaded))
                    .orElseGet(() -> new Task(text, text, held(plain, grammar, loaded)));
            if (json) {
                List<Sample> samples = generator.write(task.prompt(), task.options());
                printJson(directory, text, plain.seed(), samples);
            } else if (vote != null) {
                VoteChart.print(count(generator.write(task.prompt(), task.options())), System.out);
            } else {
                var pages = new Pages(task.shown());
                pages.finish(generator.write(task.prompt(), task.options(), pages));
            }
        } catch (Pages.NobodyReads e) {
            return Pages.BROKEN_PIPE;
        }
        return 0;
    }

    /** As many samples as there are votes; they must be able to differ. */
    private GenerationOptions voting(GenerationOptions wished) {
        if (vote == null) {
            return wished;
        }
        if (wished.samples() > 1) {
            throw new IllegalArgumentException("--vote says how many answers there are: leave --samples out");
        }
        if (wished.temperature() == 0) {
            throw new IllegalArgumentException(
                    "--vote needs answers that differ, at temperature 0 all are the same: raise --temperature");
        }
        return wished.withSamples(vote);
    }

    private static MajorityVote count(List<Sample> samples) {
        return MajorityVote.of(samples.stream().map(Sample::text).toList());
    }

    /** A verse ends where its form does, so it may be as long as the model can write. */
    private static Task task(Verse verse, GenerationOptions plain, LanguageModel model) {
        int end = model.decoder()
                .config()
                .eosId()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--form: this model has no token that ends a text; use a model trained on verse"));
        var constraint = verse.constraint(VerseTokens.of(model.tokenizer(), end));
        int length = model.decoder().config().contextLength();
        return new Task(
                verse.prompt(),
                verse.title() + "\n",
                plain.withMinTokens(0).withMaxTokens(length).withConstraint(constraint));
    }

    private static GenerationOptions held(GenerationOptions plain, Optional<Grammar> grammar, LanguageModel model) {
        return grammar.map(asked -> plain.withConstraint(
                        new ConstraintCompiler(model.generator().tokenTexts()).compile(asked)))
                .orElse(plain);
    }

    private void printJson(Path directory, String text, long seed, List<Sample> samples) {
        var object = Json.object()
                .put("model", directory.toString())
                .put("prompt", text)
                .put("seed", seed);
        var array = object.putArray("samples");
        for (Sample sample : samples) {
            array.addObject()
                    .put("text", sample.text())
                    .put("tokens", sample.tokens())
                    .put("finish_reason", sample.finishReason().label());
        }
        if (vote != null) {
            object.set("vote", VoteChart.json(count(samples)));
        }
        Json.print(object);
    }
}
