package org.maliang.train;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.maliang.train.data.Document;
import org.maliang.train.data.DocumentTransform;
import org.maliang.train.data.TokenFile;
import org.maliang.train.recipe.DataSettings;

/**
 * What {@link Preparation} made ready.
 *
 * @param tokenizer directory of {@code tokenizer.json}, for {@code Tokenizer.load} and {@code ModelWriter.tokenizerFrom}
 * @param vocabulary rows an embedding needs at least
 * @param separator id of {@value Preparation#SEPARATOR}
 * @param train the training corpus
 * @param data where it came from
 */
public record Prepared(Path tokenizer, int vocabulary, int separator, TokenFile train, DataSettings data) {

    /** The validation documents after the transform, read lazily; none if the recipe has none. Close the stream. */
    public Stream<Document> validation() {
        var transform = DocumentTransform.named(data.transform());
        return data.valid()
                .documents()
                .flatMap(transform::apply)
                .filter(document -> !document.text().isEmpty());
    }
}
