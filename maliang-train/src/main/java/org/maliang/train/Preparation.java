package org.maliang.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.train.data.DataException;
import org.maliang.train.data.DocumentTransform;
import org.maliang.train.data.TokenFile;
import org.maliang.train.data.TokenFileWriter;
import org.maliang.train.recipe.Recipe;
import org.maliang.train.recipe.TokenizerSource;

/**
 * Everything a run needs before its first step: the tokenizer, trained into {@code tokenizer/} of the run directory if
 * the recipe asks for that, and the training corpus as token ids. What is there already and was made from the same
 * things is used again.
 *
 * <pre>{@code
 * Prepared prepared = Preparation.of(recipe).run((stage, done, total) -> {});
 * }</pre>
 */
public final class Preparation {
    /** The token that stands before every document, and ends what a model writes. */
    public static final String SEPARATOR = "<|endoftext|>";

    private static final String STAMP = "made-from.sha256";

    private final Recipe recipe;

    /** Hears how far the work is, often: whoever draws should skip some. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} units of {@code stage} are finished, out of {@code total}, which is 0 while unknown. */
        void at(String stage, long done, long total);
    }

    private Preparation(Recipe recipe) {
        this.recipe = recipe;
    }

    public static Preparation of(Recipe recipe) {
        return new Preparation(recipe);
    }

    /**
     * Trains and tokenises what is missing.
     *
     * @throws DataException if the corpus is empty or unreadable, or the tokenizer has no {@value #SEPARATOR}
     * @throws org.maliang.tokenizer.TokenizerException if the tokenizer cannot be read or trained
     */
    public Prepared run(Progress progress) {
        Path directory = tokenizer(progress);
        try (var tokenizer = Tokenizer.load(directory)) {
            int separator = tokenizer
                    .id(SEPARATOR)
                    .orElseThrow(() -> new DataException(directory + ": the tokenizer has no " + SEPARATOR
                            + " to put between documents; add it as a special token"));
            var encoding = new TokenFileWriter.Encoding(
                    tokenizer::encodeAll, tokenizer.vocabularySize(), separator, contentHash(directory));
            Path target = recipe.data().cache().resolve("train.tokens");
            TokenFile train = new TokenFileWriter(
                            source(encoding), (documents, tokens) -> progress.at("packing documents", documents, 0))
                    .prepare(target);
            return new Prepared(directory, tokenizer.vocabularySize(), separator, train, recipe.data());
        }
    }

    private TokenFileWriter.Source source(TokenFileWriter.Encoding encoding) {
        return new TokenFileWriter.Source(recipe.data().train(), recipe.data().transform(), encoding);
    }

    /** The directory of the tokenizer, which is trained first if need be. */
    private Path tokenizer(Progress progress) {
        if (recipe.tokenizer() instanceof TokenizerSource.Existing existing) {
            Path path = existing.path();
            return Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        }
        var wanted = (TokenizerSource.Trained) recipe.tokenizer();
        Path directory = recipe.out().resolve("tokenizer");
        Path stamp = directory.resolve(STAMP);
        String fingerprint = fingerprint(wanted);
        try {
            boolean current = Files.isRegularFile(directory.resolve("tokenizer.json"))
                    && Files.isRegularFile(stamp)
                    && Files.readString(stamp).strip().equals(fingerprint);
            if (!current) {
                requireNoModel();
                Files.deleteIfExists(stamp);
                train(wanted, directory, progress);
                Files.writeString(stamp, fingerprint + "\n");
            }
        } catch (IOException e) {
            throw new DataException(
                    directory + ": cannot be written (" + e.getMessage() + "); choose another `out` or free disk space",
                    e);
        }
        return directory;
    }

    /** The ids of another tokenizer would mean nothing to a model that has learned the old ones. */
    private void requireNoModel() {
        Path checkpoints = recipe.out().resolve(RunDirectory.CHECKPOINTS);
        if (Files.exists(checkpoints)) {
            throw new DataException(
                    recipe.out() + ": its model has learned a tokenizer that was trained on other files or"
                            + " with other settings than the recipe names now; undo that change, set tokenizer="
                            + recipe.out().resolve("tokenizer") + " to keep it, or start another run with out=DIR");
        }
    }

    private void train(TokenizerSource.Trained wanted, Path directory, Progress progress) {
        var transform = DocumentTransform.named(recipe.data().transform());
        try (var documents = recipe.data().train().documents()) {
            new TokenizerTraining(wanted).into(directory, documents.flatMap(transform::apply), progress);
        }
    }

    /** What the trained tokenizer depends on: corpus, transform and settings. */
    private String fingerprint(TokenizerSource.Trained wanted) {
        return source(new TokenFileWriter.Encoding(texts -> List.of(), wanted.vocabSize(), 0, wanted.toString()))
                .fingerprint();
    }

    private static String contentHash(Path directory) {
        try {
            byte[] content = Files.readAllBytes(directory.resolve("tokenizer.json"));
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (IOException e) {
            throw new DataException(directory + ": the tokenizer cannot be read (" + e.getMessage() + ")", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
