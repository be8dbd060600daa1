package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.maliang.model.Decoder;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.EncoderInput;
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

    /**
     * What a model can take.
     *
     * @param context the most tokens of prompt and text
     * @param vocabulary ids are below this
     * @param sources how many prompts there must be; 0 stands for any number
     */
    private record Limits(int context, int vocabulary, int sources) {}

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
        EncoderDecoderConfig config = model.config();
        int context = config.bounded() ? config.contextLength() : UNBOUNDED;
        return new TokenGenerator(
                () -> AboutSource.read(model, source),
                new Limits(context, config.vocabularySize(), (int) source.batch()),
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

    /** {@link #write(List, GenerationOptions, TokenListener)} without a listener. */
    public List<Continuation> write(List<int[]> prompts, GenerationOptions options) {
        return write(prompts, options, TokenListener.NONE);
    }

    /**
     * Samples {@code options.samples()} continuations of every prompt, all in one batch; the number of beams has no
     * effect.
     *
     * @return the samples of the first prompt, then those of the second, and so on
     * @throws IllegalArgumentException if a prompt is empty, leaves no room in the model's context or holds an unknown
     *     id, or if there are stop strings, which only {@link TextGenerator} can see
     */
    @Override
    public List<Continuation> write(List<int[]> prompts, GenerationOptions options, TokenListener listener) {
        List<Line> lines = lines(prompts, options);
        int most = lines.stream().mapToInt(Line::limit).max().orElseThrow();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                Rows rows = Rows.read(reader.get(), prompts, longest(prompts) + most - 1)) {
            int[] open = IntStream.range(0, lines.size()).toArray();
            rows.select(Arrays.stream(open).map(i -> i / options.samples()).toArray());
            float[] row = new float[rows.vocabulary()];
            while (open.length > 0) {
                List<Integer> going = new ArrayList<>();
                for (int i = 0; i < open.length; i++) {
                    Line line = lines.get(open[i]);
                    if (line.take(line.choose(rows.scores(), i * row.length, row), open[i], listener)) {
                        going.add(i);
                    }
                }
                int[] before = open;
                open = going.stream().mapToInt(i -> before[i]).toArray();
                if (open.length > 0) {
                    rows.select(going.stream().mapToInt(i -> i).toArray());
                    rows.push(Arrays.stream(open)
                            .mapToObj(lines::get)
                            .mapToInt(Line::last)
                            .toArray());
                }
            }
        }
        return lines.stream().map(Line::continuation).toList();
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
        check(prompts, options);
        int longest = longest(prompts);
        int limit = Math.min(options.maxTokens(), limits.context() - longest);
        ScoreRules rules = new ScoreRules(options, end, forced, choosable);
        List<BeamSearch> searches = prompts.stream()
                .map(ids -> new BeamSearch(
                        Draft.after(ids, options.constraint()), options, end, rules, longest - ids.length))
                .toList();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                Rows rows = Rows.read(reader.get(), prompts, longest + limit - 1)) {
            List<BeamSearch> open = searches;
            for (int written = 1; ; written++) {
                List<Integer> from = new ArrayList<>();
                int first = 0;
                for (BeamSearch search : open) {
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
     * scores of their own: the samples of the first prompt, then those of the second, and so on.
     *
     * @throws IllegalArgumentException as {@code write} does
     */
    public List<Line> lines(List<int[]> prompts, GenerationOptions options) {
        check(prompts, options);
        Sampler sampler = Sampler.of(options);
        ScoreRules rules = new ScoreRules(options, end, forced, choosable);
        List<Line> lines = new ArrayList<>();
        for (int[] ids : prompts) {
            SplittableRandom seeds = new SplittableRandom(options.seed());
            for (int sample = 0; sample < options.samples(); sample++) {
                Draft draft = Draft.after(ids, options.constraint());
                int limit = Math.min(options.maxTokens(), limits.context() - ids.length);
                lines.add(new Line(draft, limit, end, rules, sampler, new Tape(seeds.split())));
            }
        }
        return lines;
    }

    private void check(List<int[]> prompts, GenerationOptions options) {
        int context = limits.context();
        int vocabulary = limits.vocabulary();
        require(!prompts.isEmpty(), "there is no prompt: give at least one");
        require(
                limits.sources() == 0 || limits.sources() == prompts.size(),
                "there are " + prompts.size() + " prompts and " + limits.sources()
                        + " sources: give one prompt a source");
        require(options.stop().isEmpty(), "stop strings need a tokenizer: use TextGenerator");
        for (OptionalInt token : List.of(forced.first(), forced.last())) {
            require(
                    token.isEmpty() || token.getAsInt() < vocabulary,
                    "the forced token " + token + " is outside the model's vocabulary of " + vocabulary);
        }
        for (int[] prompt : prompts) {
            require(prompt.length > 0, "a prompt is empty: begin with the model's begin-of-text token");
            require(
                    prompt.length < context,
                    "the prompt has " + prompt.length + " tokens and the model reads " + context
                            + ": shorten it so that there is room to write");
            for (int id : prompt) {
                require(id >= 0 && id < vocabulary, "id " + id + " is outside the model's vocabulary of " + vocabulary);
            }
        }
    }

    private static int longest(List<int[]> prompts) {
        return prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
