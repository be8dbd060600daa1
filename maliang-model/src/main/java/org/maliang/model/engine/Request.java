package org.maliang.model.engine;

import java.util.ArrayList;
import java.util.List;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TokenListener;
import org.maliang.model.read.TokenScore;

/**
 * A prompt to continue, or a source to write about.
 *
 * @param prompt token ids; those of what an encoder-decoder reads
 * @param options how to write; there is one text a sample, and no search
 * @param listener hears the tokens of sample {@code i} as row {@code i}, on the engine's thread: it must not wait for anything
 * @param speculation how the next tokens are guessed, which changes the speed only
 */
public record Request(int[] prompt, GenerationOptions options, TokenListener listener, Speculation speculation) {

    /** Without listener and guesses. */
    public static Request of(int[] prompt, GenerationOptions options) {
        return new Request(prompt.clone(), options, TokenListener.NONE, Speculation.NONE);
    }

    public Request withListener(TokenListener other) {
        return new Request(prompt, options, other, speculation);
    }

    public Request withSpeculation(Speculation other) {
        return new Request(prompt, options, listener, other);
    }

    /** One request a prompt, all with the same options; the listener hears sample {@code i} of prompt {@code p} as row {@code p * drawn + i}. */
    static List<Request> each(
            List<int[]> prompts, GenerationOptions options, TokenListener listener, Speculation speculation) {
        List<Request> requests = new ArrayList<>();
        for (int[] prompt : prompts) {
            int first = requests.size() * options.drawn();
            requests.add(new Request(prompt.clone(), options, new Behind(first, listener), speculation));
        }
        return requests;
    }

    /** Hears rows from {@code first} on. */
    private record Behind(int first, TokenListener listener) implements TokenListener {

        @Override
        public boolean token(int row, int token) {
            return listener.token(first + row, token);
        }

        @Override
        public int alternatives() {
            return listener.alternatives();
        }

        @Override
        public boolean token(int row, TokenScore score) {
            return listener.token(first + row, score);
        }
    }
}
