package org.maliang.train.recipe;

import java.nio.file.Path;
import java.util.List;
import org.maliang.train.data.Corpus;
import org.maliang.train.data.DocumentTransform;

/**
 * What is learned from.
 *
 * @param train files and globs
 * @param valid files and globs held out for evaluation, scored as they stand; empty for none
 * @param transform the name of a document transform for training; {@code identity} by default
 * @param split what a document is in plain text: the {@code file} (default), or each block between blank lines
 * @param cache directory of the token files; {@code cache} in the run directory by default
 */
public record DataSettings(Corpus train, Corpus valid, String transform, Corpus.Split split, Path cache) {
    static DataSettings of(Section section, Path out) {
        var split = section.choice("split", Corpus.Split.FILE);
        var train = section.texts("train");
        if (train.isEmpty()) {
            throw section.missing("train");
        }
        var transform = section.text("transform", "identity");
        if (!DocumentTransform.all().containsKey(transform)) {
            throw section.wrong(
                    "transform",
                    "one of " + String.join(", ", DocumentTransform.all().keySet()));
        }
        var cache = section.has("cache") ? section.path("cache") : out.resolve("cache");
        var data = new DataSettings(
                Corpus.matching(train, section.base("train")).split(split),
                Corpus.matching(section.texts("valid"), section.base("valid")).split(split),
                transform,
                split,
                cache);
        data.refuseOverlap(section);
        return data;
    }

    private void refuseOverlap(Section section) {
        for (var file : List.copyOf(valid.files())) {
            if (train.files().contains(file)) {
                throw section.wrong("valid", "other files than data.train has: " + file + " is in both");
            }
        }
    }
}
