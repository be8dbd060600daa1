package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.EncoderInput;
import org.maliang.model.PaddedRows;
import org.maliang.model.SlidingWindow;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;

/**
 * Writes token ids: the level below {@link TextGenerator}. A decoder continues prompts; nothing is put before them, and
 * those of one call may have different lengths. An encoder-decoder writes {@linkplain #about about sources}; there is one
 * prompt a source, which is the {@linkplain #start start} of its target. Some also {@linkplain #after go on} after a text.
 *
 * <p>Holds no state: one generator serves any number of calls.
 */
public final class TokenGenerator implements TokenWriter {

    private static final int UNBOUNDED = 1 << 24; // what no text reaches

    private final Supplier<NextToken> reader;
    private final Limits limits;
    private final OptionalInt end;
    private final ForcedTokens forced;
    private final int choosable;

    /** Ends texts at the end-of-text token of the decoder's configuration. */
    public TokenGenerator(Decoder decoder) {
        this(
                () -> new AfterText(decoder),
                new Limits(decoder.config().contextLength(), decoder.config().vocabularySize(), 0),
                decoder.config().eosId(),
                ForcedTokens.NONE,
                decoder.config().vocabularySize());
    }

    private TokenGenerator(
            Supplier<NextToken> reader, Limits limits, OptionalInt end, ForcedTokens forced, int choosable) {
        this.reader = reader;
        this.limits = limits;
        this.end = end;
        this.forced = forced;
        this.choosable = choosable;
    }

    /**
     * Writes one text for every row of {@code source}, which is read anew by every call and stays the caller's. Ends and
     * forced tokens are those of the model's configuration.
     */
    public static TokenGenerator about(EncoderDecoder model, EncoderInput source) {
        return about(model, (int) source.batch(), () -> source);
    }

    /** The same about one source, ids as the encoder reads them. */
    public static TokenGenerator about(EncoderDecoder model, int[] source) {
        return about(
                model,
                1,
                () -> EncoderInput.of(PaddedRows.ids(List.of(source), 0).to(model.device())));
    }

    private static TokenGenerator about(EncoderDecoder model, int sources, Supplier<EncoderInput> source) {
        EncoderDecoderConfig config = model.config();
        int context = config.bounded() ? config.contextLength() : UNBOUNDED;
        return new TokenGenerator(
                () -> AboutSource.read(model, source.get()),
                new Limits(context, config.vocabularySize(), sources),
                config.eosId(),
                ForcedTokens.of(config),
                config.vocabularySize());
    }

    /**
     * Goes on after a text, page by page, as far as it is asked to: a model with a {@link SlidingWindow}. There is one
     * prompt, the {@linkplain #start start} of a page.
     *
     * @param text the ids of the text alone; the last of them are read, between begin and end tokens
     */
    public static TokenGenerator after(EncoderDecoder model, SlidingWindow window, int[] text) {
        EncoderDecoderConfig config = model.config();
        return new TokenGenerator(
                () -> AfterPages.read(model, window, text),
                new Limits(UNBOUNDED, config.vocabularySize(), 1),
                config.eosId(),
                ForcedTokens.NONE,
                config.vocabularySize());
    }

    /** Writes as the model does that reads {@code ids}: {@link #after} a text where it has a window, {@link #about} a source else. */
    public static TokenGenerator reading(EncoderDecoder model, int[] ids) {
        return model.config().window().map(window -> after(model, window, ids)).orElseGet(() -> about(model, ids));
    }

    /** How the targets of {@code rows} sources begin: with the start token of the model's configuration. */
    public static List<int[]> start(EncoderDecoder model, int rows) {
        return Collections.nCopies(rows, new int[] {model.config().startId()});
    }

    /** The same with another token that ends texts, or with none. */
    public TokenGenerator endingWith(OptionalInt token) {
        return new TokenGenerator(reader, limits, token, forced, choosable);
    }

    /** The same with other tokens at fixed places: behind the start token, and where a text reaches its greatest length. */
    public TokenGenerator forcing(OptionalInt first, OptionalInt last) {
        return new TokenGenerator(reader, limits, end, new ForcedTokens(first, last), choosable);
    }

    /** The same choosing only ids below {@code limit}: embeddings often have more rows than the tokenizer has entries. */
    public TokenGenerator choosingBelow(int limit) {
        return new TokenGenerator(reader, limits, end, forced, limit);
    }

    /** The same writing fewer or more texts together: so many that their caches and scores take {@code bytes}; 1 GiB else. */
    public TokenGenerator keeping(long bytes) {
        return new TokenGenerator(reader, limits.withBytes(bytes), end, forced, choosable);
    }

    /** {@link #write(List, GenerationOptions, TokenListener)} without a listener. */
    public List<Continuation> write(List<int[]> prompts, GenerationOptions options) {
        return write(prompts, options, TokenListener.NONE);
    }

    /**
     * Writes {@code options.samples()} continuations of every prompt, together as far as memory allows; the number of beams
     * has no effect. Of the best of many, the listener hears all, the better and the worse.
     *
     * @return the samples of the first prompt, then those of the second, and so on
     * @throws IllegalArgumentException if a prompt is empty, leaves no room in the model's context or holds an unknown
     *     id, or if there are stop strings, which only {@link TextGenerator} can see
     */
    @Override
    public List<Continuation> write(List<int[]> prompts, GenerationOptions options, TokenListener listener) {
        List<Line> lines = lines(prompts, options);
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad()) {
            if (options.search().penaltyAlpha() > 0) {
                ScoreRules rules = new ScoreRules(options, end, forced, choosable);
                for (int i = 0; i < lines.size(); i++) {
                    new ContrastiveSearch(options, rules)
                            .write(reader.get(), prompts.get(i), lines.get(i), i, listener);
                }
            } else {
                sample(prompts, lines, options.drawn(), listener);
            }
        }
        return best(lines, options);
    }

    /** Writes the lines, of which there are {@code drawn} a prompt, in as few batches as memory allows. */
    private void sample(List<int[]> prompts, List<Line> lines, int drawn, TokenListener listener) {
        int most = lines.stream().mapToInt(Line::limit).max().orElseThrow();
        for (int from = 0; from < lines.size(); ) {
            try (Rows rows = Rows.read(reader.get(), prompts, longest(prompts) + most - 1)) {
                int to = Math.min(lines.size(), from + rows.fitting(limits.bytes()));
                int[] batch = IntStream.range(from, to).toArray();
                rows.select(Arrays.stream(batch).map(i -> i / drawn).toArray());
                sample(rows, lines, batch, listener);
                from = to;
            }
        }
    }

    private static void sample(Rows rows, List<Line> lines, int[] batch, TokenListener listener) {
        Lockstep<Heard> texts = new Lockstep<>(
                rows,
                Arrays.stream(batch)
                        .mapToObj(i -> new Heard(lines.get(i), i, listener))
                        .toList());
        boolean more = true;
        while (more) {
            more = texts.step();
        }
    }

    /** A text that a listener hears as {@code index}. */
    private record Heard(Line line, int index, TokenListener listener) implements Lockstep.Text {

        @Override
        public boolean next(float[] scores, int first, float[] row) {
            return line.next(index, listener, scores, first, row);
        }
    }

    /**
     * What is taken of finished lines: the most probable of every prompt, or all in the order in which they were drawn.
     *
     * @param lines as {@link #lines} began them
     */
    public static List<Continuation> best(List<Line> lines, GenerationOptions options) {
        List<Continuation> best = new ArrayList<>();
        for (int first = 0; first < lines.size(); first += options.drawn()) {
            Stream<Line> drawn = lines.subList(first, first + options.drawn()).stream();
            if (options.search().bestOf() > 0) {
                drawn = drawn.sorted(
                        Comparator.comparingDouble(Line::meanLogProbability).reversed());
            }
            drawn.limit(options.samples()).map(Line::continuation).forEach(best::add);
        }
        return best;
    }

    /**
     * Searches for the best continuations of every prompt with {@code options.beams()} beams. Results and scores are those
     * of Hugging Face transformers 4.33 with {@code early_stopping=False}: the length that divides a score counts the
     * prompt, padded to the longest of the call.
     *
     * @return the best {@code options.samples()} of the first prompt, best first, then those of the second, and so on;
     *     fewer where the constraint allows fewer
     * @throws IllegalArgumentException as {@link #write(List, GenerationOptions) write} does
     */
    public List<Beam> search(List<int[]> prompts, GenerationOptions options) {
        limits.check(prompts, options, forced);
        int longest = longest(prompts);
        int limit = Math.min(options.maxTokens(), limits.context() - longest);
        ScoreRules rules = new ScoreRules(options, end, forced, choosable);
        List<BeamGroups> searches = prompts.stream()
                .map(ids ->
                        new BeamGroups(Draft.after(ids, options.constraint()), options, rules, longest - ids.length))
                .toList();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                Rows rows = Rows.read(reader.get(), prompts, longest + limit - 1)) {
            rows.select(IntStream.range(0, searches.size())
                    .flatMap(
                            row -> IntStream.range(0, searches.get(row).width()).map(path -> row))
                    .toArray());
            List<BeamGroups> open = searches;
            for (int written = 1; ; written++) {
                List<Integer> from = new ArrayList<>();
                int first = 0;
                for (BeamGroups search : open) {
                    int width = search.width();
                    List<Integer> origins = search.step(rows.scores(), first, rows.vocabulary());
                    if (!search.done()) {
                        int start = first;
                        origins.forEach(origin -> from.add(start + origin));
                    }
                    first += width;
                }
                open = open.stream().filter(search -> !search.done()).toList();
                if (open.isEmpty() || written == limit) {
                    break;
                }
                rows.select(from.stream().mapToInt(row -> row).toArray());
                rows.push(open.stream()
                        .flatMap(search -> search.lastTokens().stream())
                        .mapToInt(token -> token)
                        .toArray());
            }
        }
        return searches.stream()
                .flatMap(search -> search.best(options.samples()).stream())
                .toList();
    }

    /**
     * Begins the texts that {@link #write(List, GenerationOptions, TokenListener) write} would write, for callers with
     * scores of their own: the samples of the first prompt, then those of the second, and so on. {@link #best} says which
     * of them are taken.
     *
     * @throws IllegalArgumentException as {@code write} does
     */
    public List<Line> lines(List<int[]> prompts, GenerationOptions options) {
        limits.check(prompts, options, forced);
        Sampler sampler = Sampler.of(options);
        ScoreRules rules = new ScoreRules(options, end, forced, choosable);
        boolean weighing = options.search().bestOf() > 0;
        List<Line> lines = new ArrayList<>();
        for (int[] ids : prompts) {
            SplittableRandom seeds = new SplittableRandom(options.seed());
            for (int sample = 0; sample < options.drawn(); sample++) {
                Draft draft = Draft.after(ids, options.constraint());
                int limit = Math.min(options.maxTokens(), limits.context() - ids.length);
                lines.add(new Line(draft, limit, rules, sampler, new Tape(seeds.split()), weighing));
            }
        }
        return lines;
    }

    private static int longest(List<int[]> prompts) {
        return prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    }
}
