package org.maliang.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.maliang.model.Decoder;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.TextGenerator;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.train.data.Document;
import org.maliang.train.eval.Perplexity;
import org.maliang.train.eval.Score;
import org.maliang.train.recipe.Recipe;

/** What a model in training is asked from time to time: to predict the validation documents, and to write samples. */
final class Examination {
    private final Recipe recipe;
    private final Decoder model;
    private final Tokenizer tokenizer;
    private final List<String> documents;

    Examination(Recipe recipe, Prepared prepared, Decoder model, Tokenizer tokenizer) {
        this.recipe = recipe;
        this.model = model;
        this.tokenizer = tokenizer;
        try (var all = prepared.validation()) {
            this.documents =
                    spread(all.map(Document::text).toList(), recipe.train().evalDocuments());
        }
    }

    /** At most {@code count} of the documents, evenly spread, so that every file has its share. */
    private static List<String> spread(List<String> all, int count) {
        if (count == 0 || all.size() <= count) {
            return all;
        }
        List<String> chosen = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            chosen.add(all.get((int) (i * all.size() / count)));
        }
        return chosen;
    }

    /** How well the validation documents are predicted; empty if the recipe has none. */
    Optional<Score> score() {
        return documents.isEmpty()
                ? Optional.empty()
                : Optional.of(new Perplexity(model, tokenizer).score(documents, (done, total) -> {}));
    }

    /** Writes a text for every sample prompt of the recipe. */
    void samples(BiConsumer<String, String> listener) {
        var options = GenerationOptions.defaults()
                .withMaxTokens(recipe.train().sampleLength())
                .withSeed(recipe.seed());
        var generator = new TextGenerator(model, tokenizer);
        for (String prompt : recipe.train().samplePrompts()) {
            listener.accept(prompt, generator.write(prompt, options).get(0).text());
        }
    }
}
