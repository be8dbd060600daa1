package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.SlidingWindow;
import org.maliang.model.Spelling;
import org.maliang.model.read.TokenScore;
import org.maliang.tensor.Scope;
import org.maliang.tokenizer.TextStream;
import org.maliang.tokenizer.Tokenizer;

/**
 * Writes texts: a decoder continues the prompt, an encoder-decoder writes about it.
 *
 * <pre>{@code
 * GenerationOptions options = GenerationOptions.defaults().withMaxTokens(64).withSeed(7);
 * String text = generator.write("春江花月夜", options).get(0).text();
 * generator.write("春江花月夜", options, (sample, piece) -> System.out.print(piece));
 * }</pre>
 *
 * <p>Before the prompt of a decoder the model's begin-of-text token is put, or the end-of-text token of a model without
 * one, unless the prompt spells it itself: that is how documents begin in training. A text ends with
 * {@link FinishReason#LENGTH} where the model's context ends. Of a prompt that leaves too little room, only the last tokens
 * are read, so that {@code maxTokens} or half the context, whichever is less, can be written.
 *
 * <p>A source is read between the model's begin-of-text and end-of-text tokens, as far as the model has them. Of a source
 * that is too long only the first tokens are read. Models with a {@link SlidingWindow} go on after the text instead, as far
 * as they are asked to: of the text the last tokens are read, and it ends only near the length asked for.
 *
 * <p>Owns neither model nor tokenizer.
 */
public final class TextGenerator {

    private final Opening opening;
    private final OptionalInt end;
    private final Tokenizer tokenizer;
    private final Spelling spelling;
    private final IntUnaryOperator least; // how many tokens the model wants to write at least, by the most

    /** What writing begins with. */
    private record Beginning(TokenGenerator tokens, TokenWriter writer, List<int[]> prompts) {

        List<Continuation> write(GenerationOptions options, List<Page> pages) {
            return writer.write(prompts, options, new Book(pages));
        }
    }

    /** Makes a beginning of the ids of a prompt. */
    @FunctionalInterface
    private interface Opening {
        Beginning of(int[] ids, int maxTokens);
    }

    public TextGenerator(Decoder decoder, Tokenizer tokenizer) {
        this(decoder, tokenizer, tokens -> tokens);
    }

    /**
     * Lets something else write the texts of a decoder; beams stay the token generator's.
     *
     * @param by makes the writer from the generator that knows how texts of this model begin and end
     */
    public TextGenerator(Decoder decoder, Tokenizer tokenizer, Function<TokenGenerator, TokenWriter> by) {
        DecoderConfig config = decoder.config();
        TokenGenerator tokens = new TokenGenerator(decoder).choosingBelow(tokenizer.vocabularySize());
        TokenWriter writer = by.apply(tokens);
        this.opening = (ids, most) -> new Beginning(tokens, writer, List.of(fit(begin(ids, config), most, config)));
        this.end = config.eosId();
        this.tokenizer = tokenizer;
        this.spelling = Spelling.TOKENIZER;
        this.least = most -> 0;
    }

    public TextGenerator(EncoderDecoder model, Tokenizer tokenizer) {
        this(model, tokenizer, (tokens, read) -> tokens);
    }

    /**
     * Lets something else write the texts of an encoder-decoder; beams stay the token generator's.
     *
     * @param writer its prompts are the ids of what is read: a source, or the text to go on after
     */
    public TextGenerator(EncoderDecoder model, Tokenizer tokenizer, TokenWriter writer) {
        this(
                model,
                tokenizer,
                (tokens, read) -> (start, options, listener) -> writer.write(List.of(read), options, listener));
    }

    private TextGenerator(
            EncoderDecoder model, Tokenizer tokenizer, BiFunction<TokenGenerator, int[], TokenWriter> by) {
        EncoderDecoderConfig config = model.config();
        Optional<SlidingWindow> window = config.window();
        this.opening = (ids, most) -> {
            int[] read = window.isPresent() ? ids : framed(ids, config);
            TokenGenerator tokens = TokenGenerator.reading(model, read).choosingBelow(tokenizer.vocabularySize());
            return new Beginning(tokens, by.apply(tokens, read), TokenGenerator.start(model, 1));
        };
        this.end = config.eosId();
        this.tokenizer = tokenizer;
        this.spelling = JoinedText.suits(tokenizer) ? config.spelling() : Spelling.TOKENIZER;
        this.least = most -> window.map(sliding -> sliding.least(most)).orElse(0);
    }

    /** {@link #write(String, GenerationOptions, TextListener)} without a listener. */
    public List<Sample> write(String prompt, GenerationOptions options) {
        return write(prompt, options, (sample, text) -> {});
    }

    /**
     * Writes {@code options.samples()} texts after the prompt, or about it; a decoder's prompt may be empty. The listener
     * hears each text while it is written, or when all is written where the best of many are chosen.
     *
     * @return the samples; of beams and of the best of many the best, best first
     * @throws IllegalArgumentException if the prompt is empty and the model has no token to begin with
     */
    public List<Sample> write(String prompt, GenerationOptions options, TextListener listener) {
        int most = options.maxTokens();
        GenerationOptions blind =
                options.withStop(List.of()).withMinTokens(Math.max(options.minTokens(), least.applyAsInt(most)));
        List<Page> pages = pages(options.samples(), options, listener);
        List<Continuation> written;
        try (Scope scope = Scope.open()) {
            Beginning from = opening.of(tokenizer.encode(spelled(prompt)), most);
            if (options.beams() > 1) {
                List<Beam> found = from.tokens.search(from.prompts, blind);
                written = copy(found.stream().map(Beam::continuation).toList(), options, pages);
            } else if (options.search().bestOf() > 0) {
                List<Page> drafts = pages(options.drawn(), options, (sample, text) -> {});
                written = copy(from.write(blind, drafts), options, pages);
            } else {
                written = from.write(blind, pages);
            }
        }
        List<Sample> samples = new ArrayList<>();
        for (int sample = 0; sample < written.size(); sample++) {
            samples.add(pages.get(sample).finish(written.get(sample).finishReason()));
        }
        return samples;
    }

    private List<Page> pages(int count, GenerationOptions options, TextListener listener) {
        return IntStream.range(0, count)
                .mapToObj(sample -> new Page(sample, stream(), new StopStrings(options.stop()), listener))
                .toList();
    }

    /** What the tokens say, for constraints over characters; collected anew each time. */
    public TokenTexts tokenTexts() {
        return spelling == Spelling.TOKENIZER ? TokenTexts.of(tokenizer, end) : TokenTexts.joined(tokenizer, end);
    }

    private TextStream stream() {
        return switch (spelling) {
            case TOKENIZER -> tokenizer.stream();
            case JOINED -> new JoinedText(tokenizer, "");
            case JOINED_QUOTING -> new JoinedText(tokenizer, "“");
        };
    }

    /** The prompt with the marks that BERT's Chinese vocabulary has. */
    private String spelled(String prompt) {
        return spelling == Spelling.JOINED_QUOTING
                ? prompt.replace('‘', '\'').replace('“', '"').replace("——", "--")
                : prompt;
    }

    /** Puts what was found best on the pages. */
    private List<Continuation> copy(List<Continuation> found, GenerationOptions options, List<Page> pages) {
        ScoreRules rules = new ScoreRules(options, end, tokenizer.vocabularySize());
        for (int sample = 0; sample < found.size(); sample++) {
            boolean open = true;
            int[] ids = found.get(sample).ids();
            for (int i = 0; i < ids.length && open; i++) {
                open = !rules.ends(ids[i]) && pages.get(sample).push(ids[i]);
            }
        }
        return found;
    }

    private static int[] begin(int[] ids, DecoderConfig config) {
        OptionalInt begin = config.openingId();
        if (begin.isEmpty() && ids.length == 0) {
            throw new IllegalArgumentException(
                    "the prompt is empty and the model has no token that begins a text: give a prompt");
        }
        if (begin.isEmpty() || (ids.length > 0 && ids[0] == begin.getAsInt())) {
            return ids;
        }
        int[] begun = new int[ids.length + 1];
        begun[0] = begin.getAsInt();
        System.arraycopy(ids, 0, begun, 1, ids.length);
        return begun;
    }

    /** The ids as encoders read them, cut to the context. */
    private static int[] framed(int[] ids, EncoderDecoderConfig config) {
        int room = config.bounded() ? config.contextLength() : Integer.MAX_VALUE;
        OptionalInt first =
                ids.length > 0 && config.bosId().equals(OptionalInt.of(ids[0])) ? OptionalInt.empty() : config.bosId();
        OptionalInt last = ids.length > 0 && config.eosId().equals(OptionalInt.of(ids[ids.length - 1]))
                ? OptionalInt.empty()
                : config.eosId();
        int frame = (first.isPresent() ? 1 : 0) + (last.isPresent() ? 1 : 0);
        IntStream cut = Arrays.stream(ids).limit(Math.max(1, room - frame));
        return IntStream.concat(IntStream.concat(first.stream(), cut), last.stream())
                .toArray();
    }

    private static int[] fit(int[] ids, int maxTokens, DecoderConfig config) {
        int room = Math.max(1, Math.min(maxTokens, config.contextLength() / 2));
        int most = config.contextLength() - room;
        return ids.length <= most ? ids : Arrays.copyOfRange(ids, ids.length - most, ids.length);
    }

    /** The texts that arrive together. */
    private record Book(List<Page> pages) implements TokenListener {

        @Override
        public boolean token(int row, int token) {
            return pages.get(row).push(token);
        }

        @Override
        public int alternatives() {
            return pages.get(0).listener.alternatives();
        }

        @Override
        public boolean token(int row, TokenScore score) {
            Page page = pages.get(row);
            page.listener.token(page.sample, score);
            return page.push(score.id());
        }
    }

    /** One text that arrives token by token. */
    private static final class Page {

        private final int sample;
        private final TextStream stream;
        private final StopStrings stops;
        private final TextListener listener;
        private final StringBuilder text = new StringBuilder();
        private int count;

        Page(int sample, TextStream stream, StopStrings stops, TextListener listener) {
            this.sample = sample;
            this.stream = stream;
            this.stops = stops;
            this.listener = listener;
        }

        /** Takes a token and says whether the text goes on. */
        boolean push(int token) {
            count++;
            show(stops.push(stream.push(token)));
            return !stops.found();
        }

        Sample finish(FinishReason reason) {
            if (!stops.found()) {
                show(stops.push(stream.flush()));
                show(stops.flush());
            }
            return new Sample(text.toString(), count, stops.found() ? FinishReason.STOP : reason);
        }

        private void show(String piece) {
            if (!piece.isEmpty()) {
                text.append(piece);
                listener.piece(sample, piece);
            }
        }
    }
}
