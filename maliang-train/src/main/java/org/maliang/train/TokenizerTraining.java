package org.maliang.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.maliang.tokenizer.TokenizerTrainer;
import org.maliang.tokenizer.TrainedTokenizer;
import org.maliang.tokenizer.TrainingOptions;
import org.maliang.train.data.Document;
import org.maliang.train.recipe.TokenizerSource;

/** Trains the tokenizer that a recipe or a command asks for; its first entry is {@value Preparation#SEPARATOR}. */
public final class TokenizerTraining {
    private final TokenizerSource.Trained wanted;

    public TokenizerTraining(TokenizerSource.Trained wanted) {
        this.wanted = wanted;
    }

    /**
     * Reads every document once and writes {@code tokenizer.json} and its configuration into {@code directory}.
     *
     * @throws IllegalArgumentException if the vocabulary has no room beside bytes and special tokens
     * @throws org.maliang.tokenizer.TokenizerException if there is no text
     */
    public TrainedTokenizer into(Path directory, Stream<Document> documents, Preparation.Progress progress) {
        var special = new ArrayList<String>(List.of(Preparation.SEPARATOR));
        wanted.specialTokens().stream()
                .filter(token -> !special.contains(token))
                .forEach(special::add);
        var options = TrainingOptions.of(wanted.vocabSize())
                .withSpecialTokens(special)
                .withProgress((stage, done, total) -> progress.at("tokenizer: " + stage, done, total));
        TrainedTokenizer trained = trainer(options).train(documents.map(Document::text));
        trained.write(directory);
        return trained;
    }

    private TokenizerTrainer trainer(TrainingOptions options) {
        return switch (wanted.kind()) {
            case CHARACTER -> TokenizerTrainer.characters(options);
            case BYTE -> TokenizerTrainer.bytes(options);
            case UNIGRAM -> TokenizerTrainer.unigram(options);
        };
    }
}
