package org.maliang.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.Decoder;
import org.maliang.model.read.TextEmbedder;
import org.maliang.model.read.TextEmbedder.Pooling;

/**
 * Makes vectors of texts, and compares them. Where a model comes with sentence-transformers' {@code 1_Pooling/config.json},
 * tokens are put together as it says; else a decoder's last token counts, and of an encoder the mean of all.
 */
public final class SentenceEmbedding extends ReadingPipeline<SentenceEmbedding.Sentences, Vectors> {

    private static final Signature SIGNATURE = new Signature(
            List.of(
                    new Signature.Key("source_sentence", Signature.Kind.TEXTS),
                    new Signature.Key("text", Signature.Kind.TEXTS),
                    new Signature.Key("sentences_to_compare", Signature.Kind.TEXTS)),
            List.of(List.of("source_sentence", "text")),
            List.of("text_embedding", "scores"),
            Map.of("source_sentence", "春江花月夜", "sentences_to_compare", List.of("海上明月", "股市大跌")));
    private final TextEmbedder embedder;

    /**
     * Texts to embed.
     *
     * @param compared those that the first of {@code sources} is compared with; may be none
     */
    public record Sentences(List<String> sources, List<String> compared) {

        public Sentences {
            sources = List.copyOf(sources);
            compared = List.copyOf(compared);
            if (sources.isEmpty()) {
                throw new IllegalArgumentException("there is no text to embed: give source_sentence");
            }
        }
    }

    /** @param place the model's directory, or file */
    SentenceEmbedding(Task task, Reader reader, Path place) {
        super(task, SIGNATURE, reader);
        this.embedder = reader.model() instanceof Decoder decoder
                ? new TextEmbedder(decoder, reader.tokenizer(), pooling(place, Pooling.LAST))
                : new TextEmbedder(
                        Heads.encoder(reader.model())
                                .orElseThrow(() -> Heads.lacking(task, reader, "an encoder or a decoder alone")),
                        reader.tokenizer(),
                        pooling(place, Pooling.MEAN));
    }

    private static Pooling pooling(Path place, Pooling usual) {
        if (!Files.isRegularFile(place.resolve("1_Pooling").resolve("config.json"))) {
            return usual;
        }
        var stated = ModelDirectory.json(place.resolve("1_Pooling"), "config.json");
        if (stated.path("pooling_mode_cls_token").asBoolean()) {
            return Pooling.FIRST;
        }
        return stated.path("pooling_mode_lasttoken").asBoolean() ? Pooling.LAST : Pooling.MEAN;
    }

    /** The vector of a text. */
    public float[] embed(String text) {
        return run(input(text)).vector();
    }

    /** How many numbers a vector has. */
    public int dimension() {
        return reader().model().config().hiddenSize();
    }

    /** How many tokens of a text are read, those that the tokenizer puts around it included. */
    public int tokens(String text) {
        return reader().encode(List.of(text)).get(0).length();
    }

    @Override
    public List<Vectors> runAll(List<Sentences> all) {
        List<float[]> vectors = embedder.embed(all.stream()
                .flatMap(one -> Stream.concat(one.sources().stream(), one.compared().stream()))
                .toList());
        List<Vectors> results = new ArrayList<>();
        int from = 0;
        for (Sentences one : all) {
            int compared = from + one.sources().size();
            int to = compared + one.compared().size();
            float[] first = vectors.get(from);
            results.add(new Vectors(
                    vectors.subList(from, to),
                    vectors.subList(compared, to).stream()
                            .map(vector -> Vectors.cosine(first, vector))
                            .toList()));
            from = to;
        }
        return results;
    }

    @Override
    public Sentences input(String text) {
        return new Sentences(List.of(text), List.of());
    }

    @Override
    Sentences input(Fields fields) {
        return new Sentences(
                fields.texts("source_sentence", "text"),
                fields.optionalTexts("sentences_to_compare").orElse(List.of()));
    }
}
