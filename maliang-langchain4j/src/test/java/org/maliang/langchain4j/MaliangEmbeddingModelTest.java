package org.maliang.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.common.AbstractEmbeddingModelIT;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.maliang.pipeline.Pipelines;
import org.maliang.pipeline.SentenceEmbedding;

/** LangChain4j's contract for embedding models. */
class MaliangEmbeddingModelTest extends AbstractEmbeddingModelIT {

    private static final SentenceEmbedding PIPELINE = Pipelines.sentenceEmbedding(Schooled.directory());

    @AfterAll
    static void close() {
        PIPELINE.close();
    }

    @Override
    protected List<EmbeddingModel> models() {
        return List.of(MaliangEmbeddingModel.builder().pipeline(PIPELINE).build());
    }

    @Override
    protected EmbeddingModel modelWith(EmbeddingModelListener listener) {
        return MaliangEmbeddingModel.builder()
                .pipeline(PIPELINE)
                .listeners(List.of(listener))
                .build();
    }

    @Override
    protected EmbeddingModel failingModelWith(EmbeddingModelListener listener) {
        SentenceEmbedding closed = Pipelines.sentenceEmbedding(Schooled.directory());
        closed.close();
        return MaliangEmbeddingModel.builder()
                .pipeline(closed)
                .listeners(List.of(listener))
                .build();
    }

    /** Questions and documents are read alike; models that want a word before either find it in the text. */
    @Override
    protected boolean supportsInputTypeParameter() {
        return false;
    }

    /** A vector is as long as the model's hidden states. */
    @Override
    protected boolean supportsDimensionsParameter() {
        return false;
    }

    /** The models that embed here read text alone. */
    @Override
    protected boolean supportsImageInput() {
        return false;
    }

    @Test
    void vectorsAreThoseOfThePipeline() {
        try (MaliangEmbeddingModel owner =
                MaliangEmbeddingModel.builder().directory(Schooled.directory()).build()) {
            assertThat(owner.embed("hello").content().vector()).containsExactly(PIPELINE.embed("hello"));
            assertThat(owner.modelName())
                    .isEqualTo(Schooled.directory().getFileName().toString());
        }
    }
}
