package org.maliang.train.data;

import java.util.Optional;
import java.util.stream.Stream;
import org.maliang.model.form.CorpusPoem;
import org.maliang.model.form.Poem;
import org.maliang.model.form.PoemReader;

/**
 * The document transform {@code poem-forms}: every document as it stands, and beside it the same poem with its form
 * marked ({@code <|七言绝句|>title\nbody}) where the form is recognised.
 *
 * <p>With a raw share below 1, a recognised poem keeps its raw text only with that probability, decided by a hash of
 * the text, so that the result is the same every time.
 */
public final class PoemForms implements DocumentTransform {
    private static final int BUCKETS = 1_000_000;

    private final PoemReader reader = new PoemReader();
    private final double rawShare;

    /** Both texts of every recognised poem. */
    public PoemForms() {
        this(1.0);
    }

    /**
     * The marked text of every recognised poem and the raw text of some.
     *
     * @param rawShare from 0 to 1
     */
    public PoemForms(double rawShare) {
        if (!(rawShare >= 0 && rawShare <= 1)) {
            throw new IllegalArgumentException("poem-forms: raw share " + rawShare + " is not between 0 and 1");
        }
        this.rawShare = rawShare;
    }

    @Override
    public Stream<Document> apply(Document document) {
        Optional<Document> marked = poem(document).map(poem -> document.withText(poem.marked()));
        if (marked.isEmpty()) {
            return Stream.of(document);
        }
        int bucket = Math.floorMod(document.text().hashCode() * 0x9E3779B1, BUCKETS);
        boolean raw = bucket < rawShare * BUCKETS;
        return raw ? Stream.of(document, marked.get()) : marked.stream();
    }

    /** The recognised poem in a document whose {@code meta} may name {@code source} and {@code dynasty}. */
    public Optional<Poem> poem(Document document) {
        var meta = document.meta().path("meta");
        String source = meta.path("source").asText("");
        String dynasty = meta.path("dynasty").asText("");
        return reader.read(new CorpusPoem(document.text(), source, dynasty));
    }
}
