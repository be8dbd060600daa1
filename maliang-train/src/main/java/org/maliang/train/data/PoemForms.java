package org.maliang.train.data;

import java.util.Optional;
import java.util.stream.Stream;
import org.maliang.model.form.CorpusPoem;
import org.maliang.model.form.Layout;
import org.maliang.model.form.Poem;
import org.maliang.model.form.PoemForm;
import org.maliang.model.form.PoemReader;

/**
 * The document transform {@code poem-forms}: a poem whose form is recognised stands as it is or is marked with its form
 * ({@code <|七言绝句|>title\nbody}), as a hash of its text decides; everything else stands as it is. Beside some of the
 * marked regulated poems stand the couplets that make their middle, marked as couplets.
 */
public final class PoemForms implements DocumentTransform {
    private static final int BUCKETS = 1000;
    private static final int MARKED = 400; // buckets
    private static final int WITH_COUPLETS = 100; // of them
    private static final int FIRST_COUPLET = 1; // line of a regulated poem
    private static final int LAST_COUPLET = 2;

    private final PoemReader reader = new PoemReader();

    @Override
    public Stream<Document> apply(Document document) {
        int bucket = Math.floorMod(document.text().hashCode() * 0x9E3779B1, BUCKETS);
        Optional<Poem> poem = bucket < MARKED ? poem(document) : Optional.empty();
        if (poem.isEmpty()) {
            return Stream.of(document);
        }
        Stream<Poem> couplets = bucket < WITH_COUPLETS ? couplets(poem.get()) : Stream.empty();
        return Stream.concat(poem.stream(), couplets).map(marked -> document.withText(marked.marked()));
    }

    /** The antithetical couplets of a regulated poem: its third and fourth, fifth and sixth clauses. */
    private static Stream<Poem> couplets(Poem poem) {
        if (poem.form() != PoemForm.REGULATED_5 && poem.form() != PoemForm.REGULATED_7) {
            return Stream.empty();
        }
        return poem.body()
                .lines()
                .skip(FIRST_COUPLET)
                .limit(LAST_COUPLET)
                .map(line -> line.split("[" + Layout.PUNCTUATION + "]"))
                .filter(clauses -> clauses.length == 2)
                .map(clauses -> new Poem(PoemForm.COUPLET, "", clauses[0], clauses[1]));
    }

    /** The recognised poem in a document whose {@code meta} may name {@code source} and {@code dynasty}. */
    public Optional<Poem> poem(Document document) {
        var meta = document.meta().path("meta");
        String source = meta.path("source").asText("");
        String dynasty = meta.path("dynasty").asText("");
        return reader.read(new CorpusPoem(document.text(), source, dynasty));
    }
}
