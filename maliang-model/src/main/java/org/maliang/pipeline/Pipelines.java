package org.maliang.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.DecoderConfig;
import org.maliang.model.EncoderConfig;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.HeadKind;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelConfig;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.model.UnsupportedModelException;
import org.maliang.tokenizer.chat.ChatTemplate;

/**
 * The door to pipelines: a model, and what it is to be used for.
 *
 * <pre>{@code
 * try (var brush = Pipelines.textGeneration(Path.of("models/poet"))) {
 *     System.out.println(brush.run("春江花月夜").text());
 * }
 * }</pre>
 *
 * <p>Models are loaded for inference on the CPU unless a {@link Placement} says otherwise. A model whose head does not suit
 * the task is refused with {@link UnsupportedModelException}.
 */
public final class Pipelines {

    private static final Placement USUAL = Placement.CPU.forInference();
    private static final String CLASSIFIER = HeadKind.CLASSIFICATION.suffix();

    private Pipelines() {}

    /**
     * A pipeline for what the model is made for: the task in ModelScope's {@code configuration.json}; else chat for a decoder
     * with a chat template, and what the head can do for all others.
     */
    public static Pipeline<?, ?> of(Path model) {
        return of(task(model), model);
    }

    /** A pipeline for a task that is known at run time only. */
    public static Pipeline<?, ?> of(Task task, Path model) {
        return of(task, model, USUAL);
    }

    /**
     * A pipeline whose model lies where {@code placement} says.
     *
     * @throws UnsupportedModelException if there is no pipeline for the task, or the model does not suit it
     */
    public static Pipeline<?, ?> of(Task task, Path model, Placement placement) {
        return switch (task) {
            case TEXT_GENERATION,
                    CODE_GENERATION,
                    TEXT2TEXT_GENERATION,
                    TEXT_SUMMARIZATION,
                    TRANSLATION,
                    CODE_TRANSLATION,
                    TEXT_ERROR_CORRECTION -> writing(task, model, placement);
            case CHAT, CONVERSATIONAL -> chat(task, model, placement);
            case FILL_MASK -> reading(task, model, placement, FillMask::new);
            case TEXT_CLASSIFICATION, SENTIMENT_CLASSIFICATION ->
                reading(task, model, placement, TextClassification::new);
            case NLI, SENTENCE_SIMILARITY -> reading(task, model, placement, PairClassification::new);
            case ZERO_SHOT_CLASSIFICATION -> reading(task, model, placement, ZeroShotClassification::new);
            case TOKEN_CLASSIFICATION, NAMED_ENTITY_RECOGNITION, PART_OF_SPEECH ->
                reading(task, model, placement, TokenClassification::new);
            case WORD_SEGMENTATION -> reading(task, model, placement, WordSegmentation::new);
            case QUESTION_ANSWERING -> reading(task, model, placement, QuestionAnswering::new);
            case SENTENCE_EMBEDDING ->
                reading(task, model, placement, (asked, reader) -> new SentenceEmbedding(asked, reader, model));
            case FEATURE_EXTRACTION -> reading(task, model, placement, FeatureExtraction::new);
            case TEXT_RANKING ->
                reading(task, model, placement, (asked, reader) -> new TextRanking(asked, reader, model));
            default ->
                throw new UnsupportedModelException("there is no pipeline for " + task + " yet: it lacks "
                        + task.missing().orElse("a pipeline"));
        };
    }

    /** Continues texts, or writes about them, as the model does. */
    public static TextGeneration textGeneration(Path model) {
        return writing(Task.TEXT_GENERATION, model, USUAL);
    }

    /** Writes summaries by an encoder-decoder. */
    public static TextGeneration textSummarization(Path model) {
        return writing(Task.TEXT_SUMMARIZATION, model, USUAL);
    }

    /** Talks by a model with a chat template. */
    public static Chat chat(Path model) {
        return chat(Task.CHAT, model, USUAL);
    }

    /** Fills blanks by a model of masked words. */
    public static FillMask fillMask(Path model) {
        return reading(Task.FILL_MASK, model, USUAL, FillMask::new);
    }

    /** Puts labels on texts. */
    public static TextClassification textClassification(Path model) {
        return reading(Task.TEXT_CLASSIFICATION, model, USUAL, TextClassification::new);
    }

    /** Tells whether the second of two texts follows from the first. */
    public static PairClassification nli(Path model) {
        return reading(Task.NLI, model, USUAL, PairClassification::new);
    }

    /** Tells how far two texts mean the same. */
    public static PairClassification sentenceSimilarity(Path model) {
        return reading(Task.SENTENCE_SIMILARITY, model, USUAL, PairClassification::new);
    }

    /** Puts labels on texts that no model was trained for. */
    public static ZeroShotClassification zeroShotClassification(Path model) {
        return reading(Task.ZERO_SHOT_CLASSIFICATION, model, USUAL, ZeroShotClassification::new);
    }

    /** Marks parts of texts. */
    public static TokenClassification tokenClassification(Path model) {
        return reading(Task.TOKEN_CLASSIFICATION, model, USUAL, TokenClassification::new);
    }

    /** Marks names. */
    public static TokenClassification namedEntityRecognition(Path model) {
        return reading(Task.NAMED_ENTITY_RECOGNITION, model, USUAL, TokenClassification::new);
    }

    /** Cuts texts into words. */
    public static WordSegmentation wordSegmentation(Path model) {
        return reading(Task.WORD_SEGMENTATION, model, USUAL, WordSegmentation::new);
    }

    /** Answers questions with a part of a text. */
    public static QuestionAnswering questionAnswering(Path model) {
        return reading(Task.QUESTION_ANSWERING, model, USUAL, QuestionAnswering::new);
    }

    /** Makes vectors of texts. */
    public static SentenceEmbedding sentenceEmbedding(Path model) {
        return reading(
                Task.SENTENCE_EMBEDDING, model, USUAL, (task, reader) -> new SentenceEmbedding(task, reader, model));
    }

    /** Tells how well texts suit a question. */
    public static TextRanking textRanking(Path model) {
        return reading(Task.TEXT_RANKING, model, USUAL, (task, reader) -> new TextRanking(task, reader, model));
    }

    private static TextGeneration writing(Task task, Path path, Placement placement) {
        LanguageModel model = LanguageModel.load(path, placement);
        try {
            return new TextGeneration(task, model);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static Chat chat(Task task, Path path, Placement placement) {
        ChatTemplate template = ModelFiles.chatTemplate(path)
                .orElseThrow(() -> new UnsupportedModelException(
                        task + " needs a model with a chat template (chat_template of tokenizer_config.json), and "
                                + path + " has none: take text-generation"));
        return new Chat(task, LanguageModel.load(path, placement), template);
    }

    private static <P> P reading(Task task, Path path, Placement placement, BiFunction<Task, Reader, P> kind) {
        Reader reader = Reader.load(path, placement);
        try {
            return kind.apply(task, reader);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /**
     * What a model is for, as {@link #of(Path)} has it.
     *
     * @throws UnsupportedModelException if that is not clear
     */
    public static Task task(Path path) {
        if (Files.isRegularFile(path.resolve("configuration.json"))) {
            String stated =
                    ModelDirectory.json(path, "configuration.json").path("task").asText("");
            if (!stated.isEmpty()) {
                return Task.of(stated);
            }
        }
        String architecture;
        try (ModelFiles files = ModelFiles.open(path)) {
            architecture = files.config().path("architectures").path(0).asText("");
        }
        ModelConfig config = Models.info(path).config();
        if (architecture.endsWith(CLASSIFIER)) {
            return Task.TEXT_CLASSIFICATION;
        }
        if (config instanceof EncoderConfig encoder) {
            return task(encoder.task().kind(), architecture);
        }
        if (config instanceof EncoderDecoderConfig writer) {
            return writer.window().isPresent() ? Task.TEXT_GENERATION : Task.TEXT2TEXT_GENERATION;
        }
        if (config instanceof DecoderConfig) {
            return ModelFiles.chatTemplate(path).isPresent() ? Task.CHAT : Task.TEXT_GENERATION;
        }
        throw unclear(config.family());
    }

    private static Task task(HeadKind head, String architecture) {
        return switch (head) {
            case MASKED_LM, PRETRAINING -> Task.FILL_MASK;
            case TOKEN_CLASSIFICATION -> Task.TOKEN_CLASSIFICATION;
            case QUESTION_ANSWERING -> Task.QUESTION_ANSWERING;
            case ENCODER, ENCODER_OF_TWO -> Task.SENTENCE_EMBEDDING;
            default -> throw unclear(architecture);
        };
    }

    private static UnsupportedModelException unclear(String what) {
        return new UnsupportedModelException("no pipeline suits " + what + ": name a task that the model can do");
    }
}
