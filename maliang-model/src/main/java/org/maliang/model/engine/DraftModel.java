package org.maliang.model.engine;

import java.util.Arrays;
import org.maliang.model.Decoder;
import org.maliang.model.Input;
import org.maliang.model.generate.Line;
import org.maliang.model.generate.TokenListener;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * Guesses with a smaller model of the same vocabulary. It chooses as the text itself does, by the same options and the same
 * random numbers, so that both take the same token whenever both models hold the same view.
 *
 * @param decoder the smaller model, which stays the caller's and is used on the engine's thread
 * @param most tokens guessed at once
 */
public record DraftModel(Decoder decoder, int most) implements Speculation {

    public DraftModel {
        if (most < 1) {
            throw new IllegalArgumentException("a draft model guesses at least 1 token, not " + most);
        }
    }

    @Override
    public Guesses begin(Line text) {
        return new Reader(decoder, most, text.length() + text.limit());
    }

    /** Reads after one text. Owns its cache. */
    private static final class Reader implements Guesses {

        private final Decoder decoder;
        private final int most;
        private final int context; // what is longer is not guessed at
        private final float[] row;
        private final KvCache cache;
        private int[] read = {}; // what the cache holds

        Reader(Decoder decoder, int most, int length) {
            this.decoder = decoder;
            this.most = most;
            this.context = Math.min(length, decoder.config().contextLength());
            this.row = new float[decoder.config().vocabularySize()];
            this.cache = Scope.unowned(() -> decoder.cache(1, context));
        }

        @Override
        public int[] next(Line line, int room) {
            int count = Math.min(Math.min(most, room), context - line.length());
            if (count < 1) {
                return new int[0];
            }
            Line guess = line.guess();
            int known = line.length();
            for (boolean open = true; open && guess.length() < known + count; ) {
                float[] scores = scores(guess);
                open = guess.take(guess.choose(scores, 0, row), 0, TokenListener.NONE, scores, 0, row.length);
            }
            int[] guessed = new int[guess.length() - known];
            Arrays.setAll(guessed, i -> guess.at(known + i));
            return guessed;
        }

        /** Reads what is new of a text; of what was guessed wrong, the cache forgets. */
        private float[] scores(Line line) {
            int same = 0;
            while (same < read.length && same < line.length() - 1 && read[same] == line.at(same)) {
                same++;
            }
            cache.rewind(same);
            int[] ids = new int[line.length()];
            Arrays.setAll(ids, line::at);
            read = ids;
            long[] fresh = Arrays.stream(ids, same, ids.length).asLongStream().toArray();
            try (Scope scope = Scope.open()) {
                Tensor input = Tensor.of(fresh, 1, fresh.length).to(decoder.device());
                Tensor hidden = decoder.hidden(Input.of(input).withCache(cache));
                return decoder.logits(hidden.narrow(1, fresh.length - 1L, 1)).toFloats();
            }
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
