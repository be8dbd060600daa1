package org.maliang.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maliang.model.LanguageModel;
import org.maliang.model.Placement;
import org.maliang.model.engine.DraftModel;
import org.maliang.model.engine.PromptLookup;
import org.maliang.model.engine.Speculation;
import org.maliang.tokenizer.Tokenizer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How the next tokens are guessed, so that several are read at once. */
final class GuessOptions {
    private static final int GUESSED = 4; // tokens at once, by a draft model

    @ArgGroup
    private @Nullable Guesser guesser;

    private static final class Guesser {
        @Option(
                names = "--lookup",
                description = "Guess that the text repeats itself or the prompt, as code and forms do. What is written"
                        + " stays the same; it is written faster where the guess is right. Beams are not guessed.")
        private boolean lookup;

        @Option(
                names = "--draft",
                paramLabel = ModelArgument.LABEL,
                description = "Guess with this smaller model of the same vocabulary; what is written stays the same.")
        private @Nullable String draft;
    }

    /** A way to guess, and the model it owns, if it needs one. */
    record Guessing(Speculation speculation, Optional<LanguageModel> draft) implements AutoCloseable {
        @Override
        public void close() {
            draft.ifPresent(LanguageModel::close);
        }
    }

    /** Gets ready to guess what {@code model} writes. */
    Guessing open(LanguageModel model, Placement placement) {
        if (guesser == null) {
            return new Guessing(Speculation.NONE, Optional.empty());
        }
        model.decoder(); // fails for models that nothing guesses for
        if (guesser.lookup || guesser.draft == null) {
            return new Guessing(PromptLookup.DEFAULT, Optional.empty());
        }
        Path path = ModelArgument.path(guesser.draft);
        LanguageModel draft = LanguageModel.load(path, placement);
        try {
            requireSame(draft.tokenizer(), model.tokenizer(), path);
            return new Guessing(new DraftModel(draft.decoder(), GUESSED), Optional.of(draft));
        } catch (RuntimeException e) {
            draft.close();
            throw e;
        }
    }

    private static void requireSame(Tokenizer draft, Tokenizer tokenizer, Path path) {
        boolean same = draft.vocabularySize() == tokenizer.vocabularySize();
        for (int id = 0; same && id < tokenizer.vocabularySize(); id++) {
            same = draft.token(id).equals(tokenizer.token(id));
        }
        if (!same) {
            throw new IllegalArgumentException("--draft " + path + " has another vocabulary than the model, so that its"
                    + " guesses mean nothing: take a smaller model of the same family");
        }
    }
}
