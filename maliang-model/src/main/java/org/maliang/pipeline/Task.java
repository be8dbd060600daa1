package org.maliang.pipeline;

import java.util.Arrays;
import java.util.Optional;
import org.maliang.checkpoint.Names;

/**
 * What models are asked for, under the names that ModelScope gives (its {@code utils/constant.py}): the tasks of language and
 * those of language with images. Some are known by name only; {@link #missing()} says what they lack here.
 */
public enum Task {
    WORD_SEGMENTATION("word-segmentation"),
    PART_OF_SPEECH("part-of-speech"),
    NAMED_ENTITY_RECOGNITION("named-entity-recognition"),
    NLI("nli"),
    SENTIMENT_CLASSIFICATION("sentiment-classification"),
    SENTENCE_SIMILARITY("sentence-similarity"),
    TEXT_CLASSIFICATION("text-classification"),
    SENTENCE_EMBEDDING("sentence-embedding"),
    TEXT_RANKING("text-ranking"),
    RELATION_EXTRACTION("relation-extraction", "a head that relates entities to each other"),
    ZERO_SHOT_CLASSIFICATION("zero-shot-classification"),
    TRANSLATION("translation"),
    TOKEN_CLASSIFICATION("token-classification"),
    CONVERSATIONAL("conversational"),
    TEXT_GENERATION("text-generation"),
    TEXT2TEXT_GENERATION("text2text-generation"),
    FILL_MASK("fill-mask"),
    TEXT_SUMMARIZATION("text-summarization"),
    QUESTION_ANSWERING("question-answering"),
    TABLE_QUESTION_ANSWERING("table-question-answering", "a model that reads tables"),
    CODE_GENERATION("code-generation"),
    CODE_TRANSLATION("code-translation"),
    FAQ_QUESTION_ANSWERING("faq-question-answering", "a head that compares questions with a set of examples"),
    INFORMATION_EXTRACTION("information-extraction", "a head that finds subjects, relations and objects"),
    DOCUMENT_SEGMENTATION("document-segmentation", "a head that judges the sentences of a document"),
    EXTRACTIVE_SUMMARIZATION("extractive-summarization", "a head that judges the sentences of a document"),
    FEATURE_EXTRACTION("feature-extraction"),
    TEXT_ERROR_CORRECTION("text-error-correction"),
    CHAT("chat"),
    BACKBONE("backbone", "an output of its own: the vectors of a model are what feature-extraction gives"),
    IMAGE_CAPTIONING("image-captioning", Task.IMAGES),
    VISUAL_GROUNDING("visual-grounding", Task.IMAGES),
    TEXT_TO_IMAGE_SYNTHESIS("text-to-image-synthesis", "a model that makes images"),
    MULTI_MODAL_EMBEDDING("multi-modal-embedding", Task.IMAGES),
    GENERATIVE_MULTI_MODAL_EMBEDDING("generative-multi-modal-embedding", Task.IMAGES),
    MULTI_MODAL_SIMILARITY("multi-modal-similarity", Task.IMAGES),
    VISUAL_QUESTION_ANSWERING("visual-question-answering", Task.IMAGES),
    VISUAL_ENTAILMENT("visual-entailment", Task.IMAGES),
    IMAGE_TEXT_RETRIEVAL("image-text-retrieval", Task.IMAGES),
    DOCUMENT_VL_EMBEDDING("document-vl-embedding", "a reader of page images and their words"),
    VIDEO_CAPTIONING("video-captioning", "a reader of video files"),
    TEXT_TO_VIDEO_SYNTHESIS("text-to-video-synthesis", "a model that makes videos");

    private static final String IMAGES = "a reader of image files; from Java, models take the pixels themselves"
            + " (EncoderInput.withImages, TokenGenerator.about)";

    private final String id;
    private final String missing;

    Task(String id) {
        this(id, "");
    }

    Task(String id, String missing) {
        this.id = id;
        this.missing = missing;
    }

    /** ModelScope's name. */
    public String id() {
        return id;
    }

    /** What this library lacks for the task; empty if there is a pipeline for it. */
    public Optional<String> missing() {
        return missing.isEmpty() ? Optional.empty() : Optional.of(missing);
    }

    /**
     * The task of that name.
     *
     * @throws IllegalArgumentException if there is none; the message names the nearest one
     */
    public static Task of(String id) {
        return Arrays.stream(values())
                .filter(task -> task.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no task \"" + id + "\"; the nearest is \""
                        + Names.nearest(
                                        id,
                                        Arrays.stream(values()).map(Task::id).toList())
                                .get(0)
                        + "\""));
    }

    @Override
    public String toString() {
        return id;
    }
}
