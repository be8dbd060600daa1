package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.maliang.model.Decoder;
import org.maliang.tensor.Autograd;
import org.maliang.tensor.Scope;

/**
 * Continues token ids: the level below {@link TextGenerator}. Nothing is put before a prompt; prompts of one call may
 * have different lengths.
 *
 * <p>Holds no state: one generator serves any number of calls.
 */
public final class TokenGenerator {

    private final Decoder decoder;
    private final OptionalInt end;
    private final int choosable;

    /** Ends texts at the end-of-text token of the decoder's configuration. */
    public TokenGenerator(Decoder decoder) {
        this(decoder, decoder.config().eosId(), decoder.config().vocabularySize());
    }

    private TokenGenerator(Decoder decoder, OptionalInt end, int choosable) {
        this.decoder = decoder;
        this.end = end;
        this.choosable = choosable;
    }

    /** The same with another token that ends texts, or with none. */
    public TokenGenerator endingWith(OptionalInt token) {
        return new TokenGenerator(decoder, token, choosable);
    }

    /** The same choosing only ids below {@code limit}: embeddings often have more rows than the tokenizer has entries. */
    TokenGenerator choosingBelow(int limit) {
        return new TokenGenerator(decoder, end, limit);
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
    public List<Continuation> write(List<int[]> prompts, GenerationOptions options, TokenListener listener) {
        check(prompts, options);
        List<Line> lines = lines(prompts, options);
        int most = lines.stream().mapToInt(line -> line.limit).max().orElseThrow();
        Sampler sampler = Sampler.of(options);
        ScoreRules rules = new ScoreRules(options, end, choosable);
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                Rows rows = Rows.read(decoder, prompts, longest(prompts) + most - 1)) {
            rows.select(lines.stream().mapToInt(line -> line.prompt).toArray());
            float[] row = new float[rows.vocabulary()];
            List<Line> open = lines;
            while (!open.isEmpty()) {
                List<Integer> going = new ArrayList<>();
                for (int i = 0; i < open.size(); i++) {
                    Line line = open.get(i);
                    rules.apply(line.draft, rows.scores(), i * row.length, row);
                    if (take(line, sampler.choose(row, line.random), listener)) {
                        going.add(i);
                    }
                }
                open = going.stream().map(open::get).toList();
                if (!open.isEmpty()) {
                    rows.select(going.stream().mapToInt(i -> i).toArray());
                    rows.push(open.stream().mapToInt(line -> line.draft.last()).toArray());
                }
            }
        }
        return lines.stream().map(line -> line.draft.finish(line.reason)).toList();
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
        int limit = Math.min(options.maxTokens(), decoder.config().contextLength() - longest);
        ScoreRules rules = new ScoreRules(options, end, choosable);
        List<BeamSearch> searches = prompts.stream()
                .map(ids -> new BeamSearch(
                        Draft.after(ids, options.constraint()), options, end, rules, longest - ids.length))
                .toList();
        try (Scope scope = Scope.open();
                Autograd.Guard frozen = Autograd.noGrad();
                Rows rows = Rows.read(decoder, prompts, longest + limit - 1)) {
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

    /** Adds a token to a line and says whether it goes on. */
    private boolean take(Line line, int token, TokenListener listener) {
        boolean ended = end.isPresent() && end.getAsInt() == token;
        if (ended) {
            line.draft.end(token);
        } else {
            line.draft.add(token);
            ended = !listener.token(line.index, token) || line.draft.state().finished();
        }
        line.reason = ended ? FinishReason.STOP : FinishReason.LENGTH;
        return !ended && line.draft.written() < line.limit;
    }

    private List<Line> lines(List<int[]> prompts, GenerationOptions options) {
        List<Line> lines = new ArrayList<>();
        for (int prompt = 0; prompt < prompts.size(); prompt++) {
            int[] ids = prompts.get(prompt);
            SplittableRandom seeds = new SplittableRandom(options.seed());
            for (int sample = 0; sample < options.samples(); sample++) {
                Draft draft = Draft.after(ids, options.constraint());
                int limit = Math.min(options.maxTokens(), decoder.config().contextLength() - ids.length);
                lines.add(new Line(lines.size(), prompt, draft, limit, seeds.split()));
            }
        }
        return lines;
    }

    private void check(List<int[]> prompts, GenerationOptions options) {
        int context = decoder.config().contextLength();
        int vocabulary = decoder.config().vocabularySize();
        require(!prompts.isEmpty(), "there is no prompt: give at least one");
        require(options.stop().isEmpty(), "stop strings need a tokenizer: use TextGenerator");
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

    /** One text of the batch. */
    private static final class Line {

        private final int index;
        private final int prompt;
        private final Draft draft;
        private final int limit; // of tokens to write
        private final SplittableRandom random;
        private FinishReason reason = FinishReason.LENGTH;

        Line(int index, int prompt, Draft draft, int limit, SplittableRandom random) {
            this.index = index;
            this.prompt = prompt;
            this.draft = draft;
            this.limit = limit;
            this.random = random;
        }
    }
}
