package org.maliang.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.TokenUsage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.maliang.pipeline.Pipelines;
import org.maliang.pipeline.SentenceEmbedding;
import org.maliang.pipeline.SentenceEmbedding.Sentences;

/**
 * A model in this process that makes vectors of texts, as {@link SentenceEmbedding} does; they are not normalised.
 *
 * <pre>{@code
 * try (MaliangEmbeddingModel model = MaliangEmbeddingModel.builder().directory(Path.of("models/bert")).build()) {
 *     Embedding embedding = model.embed("春江花月夜").content();
 * }
 * }</pre>
 */
public final class MaliangEmbeddingModel implements EmbeddingModel, AutoCloseable {

    private final SentenceEmbedding pipeline;
    private final boolean owned;
    private final String name;
    private final List<EmbeddingModelListener> listeners;

    private MaliangEmbeddingModel(
            SentenceEmbedding pipeline, boolean owned, String name, List<EmbeddingModelListener> listeners) {
        this.pipeline = pipeline;
        this.owned = owned;
        this.name = name;
        this.listeners = listeners;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How an embedding model is made: {@link #pipeline} or {@link #directory} is needed. */
    public static final class Builder {

        private @Nullable SentenceEmbedding pipeline;
        private @Nullable Path directory;
        private @Nullable String name;
        private List<EmbeddingModelListener> listeners = List.of();

        private Builder() {}

        /** A pipeline that is there already. It is borrowed: it stays open, and must outlive the model. */
        public Builder pipeline(SentenceEmbedding made) {
            this.pipeline = made;
            return this;
        }

        /** Where a model lies, which is then loaded and owned. */
        public Builder directory(Path path) {
            this.directory = path;
            return this;
        }

        /** What responses call the model; by default the directory's name. */
        public Builder modelName(String called) {
            this.name = called;
            return this;
        }

        /** Who is told of requests, responses and errors. */
        public Builder listeners(List<EmbeddingModelListener> all) {
            this.listeners = List.copyOf(all);
            return this;
        }

        public MaliangEmbeddingModel build() {
            if ((pipeline == null) == (directory == null)) {
                throw new IllegalStateException("name a pipeline or a directory, one of the two");
            }
            if (pipeline != null) {
                return new MaliangEmbeddingModel(pipeline, false, name == null ? "maliang" : name, listeners);
            }
            Path path = directory;
            String called = name == null ? String.valueOf(path.getFileName()) : name;
            return new MaliangEmbeddingModel(Pipelines.sentenceEmbedding(path), true, called, listeners);
        }
    }

    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        List<String> texts = request.inputs().stream().map(EmbeddingInput::text).toList();
        List<float[]> vectors = pipeline.run(new Sentences(texts, List.of())).vectors();
        int tokens = texts.stream().mapToInt(pipeline::tokens).sum();
        return EmbeddingResponse.builder()
                .embeddings(vectors.stream().map(Embedding::from).toList())
                .modelName(name)
                .tokenUsage(new TokenUsage(tokens))
                .build();
    }

    @Override
    public int dimension() {
        return pipeline.dimension();
    }

    @Override
    public String modelName() {
        return name;
    }

    @Override
    public List<EmbeddingModelListener> listeners() {
        return listeners;
    }

    /** Frees the model, if it is owned. */
    @Override
    public void close() {
        if (owned) {
            pipeline.close();
        }
    }
}
