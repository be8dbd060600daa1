package org.maliang.train.data;

import java.util.Optional;
import java.util.stream.Stream;
import org.maliang.model.form.CorpusPoem;
import org.maliang.model.form.Poem;
import org.maliang.model.form.PoemReader;

/**
 * The document transform {@code poem-forms}: a poem whose form is recognised stands as it is or is marked with its form
 * ({@code <|七言绝句|>title\nbody}), as a hash of its text decides; everything else stands as it is.
 */
public final class PoemForms implements DocumentTransform {
    private static final int BUCKETS = 1000;
    private static final int MARKED = 400; // buckets

    private final PoemReader reader = new PoemReader();

    @Override
    public Stream<Document> apply(Document document) {
        boolean marked = Math.floorMod(document.text().hashCode() * 0x9E3779B1, BUCKETS) < MARKED;
        return Stream.of(
                marked
                        ? poem(document)
                                .map(poem -> document.withText(poem.marked()))
                                .orElse(document)
                        : document);
    }

    /** The recognised poem in a document whose {@code meta} may name {@code source} and {@code dynasty}. */
    public Optional<Poem> poem(Document document) {
        var meta = document.meta().path("meta");
        String source = meta.path("source").asText("");
        String dynasty = meta.path("dynasty").asText("");
        return reader.read(new CorpusPoem(document.text(), source, dynasty));
    }
}
