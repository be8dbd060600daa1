package org.maliang.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.maliang.model.Decoder;
import org.maliang.model.DecoderConfig;
import org.maliang.tokenizer.TextStream;
import org.maliang.tokenizer.Tokenizer;

/**
 * Continues texts.
 *
 * <pre>{@code
 * GenerationOptions options = GenerationOptions.defaults().withMaxTokens(64).withSeed(7);
 * String text = generator.write("春江花月夜", options).get(0).text();
 * generator.write("春江花月夜", options, (sample, piece) -> System.out.print(piece));
 * }</pre>
 *
 * <p>The model's begin-of-text token, or the end-of-text token of a model without one, is put before the prompt unless
 * the prompt spells it itself: that is how documents begin in training. A text ends with {@link FinishReason#LENGTH}
 * where the model's context ends. Of a prompt that leaves too little room, only the last tokens are read, so that
 * {@code maxTokens} or half the context, whichever is less, can be written.
 *
 * <p>Owns neither decoder nor tokenizer.
 */
public final class TextGenerator {

    private final DecoderConfig config;
    private final Tokenizer tokenizer;
    private final TokenGenerator tokens;

    public TextGenerator(Decoder decoder, Tokenizer tokenizer) {
        this.config = decoder.config();
        this.tokenizer = tokenizer;
        this.tokens = new TokenGenerator(decoder).choosingBelow(tokenizer.vocabularySize());
    }

    /** {@link #write(String, GenerationOptions, TextListener)} without a listener. */
    public List<Sample> write(String prompt, GenerationOptions options) {
        return write(prompt, options, (sample, text) -> {});
    }

    /**
     * Writes {@code options.samples()} texts after the prompt, which may be empty; the listener hears each while it is
     * written, or when the search is over where there are beams.
     *
     * @return the samples; with beams the best results, best first
     * @throws IllegalArgumentException if the prompt is empty and the model has no token to begin with
     */
    public List<Sample> write(String prompt, GenerationOptions options, TextListener listener) {
        List<int[]> prompts = List.of(fit(begin(tokenizer.encode(prompt)), options.maxTokens()));
        GenerationOptions blind = options.withStop(List.of());
        List<Page> pages = new ArrayList<>();
        for (int sample = 0; sample < options.samples(); sample++) {
            pages.add(new Page(sample, tokenizer.stream(), new StopStrings(options.stop()), listener));
        }
        List<Continuation> written = options.beams() == 1
                ? tokens.write(prompts, blind, (row, token) -> pages.get(row).push(token))
                : copy(tokens.search(prompts, blind), pages);
        List<Sample> samples = new ArrayList<>();
        for (int sample = 0; sample < written.size(); sample++) {
            samples.add(pages.get(sample).finish(written.get(sample).finishReason()));
        }
        return samples;
    }

    /** Puts what a search found on the pages. */
    private List<Continuation> copy(List<Beam> beams, List<Page> pages) {
        List<Continuation> written = beams.stream().map(Beam::continuation).toList();
        for (int sample = 0; sample < written.size(); sample++) {
            boolean open = true;
            int[] ids = written.get(sample).ids();
            for (int i = 0; i < ids.length && open; i++) {
                boolean end = config.eosId().isPresent() && config.eosId().getAsInt() == ids[i];
                open = !end && pages.get(sample).push(ids[i]);
            }
        }
        return written;
    }

    private int[] begin(int[] ids) {
        OptionalInt begin = config.bosId().isPresent() ? config.bosId() : config.eosId();
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

    private int[] fit(int[] ids, int maxTokens) {
        int room = Math.max(1, Math.min(maxTokens, config.contextLength() / 2));
        int most = config.contextLength() - room;
        return ids.length <= most ? ids : Arrays.copyOfRange(ids, ids.length - most, ids.length);
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
