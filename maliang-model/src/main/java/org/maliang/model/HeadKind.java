package org.maliang.model;

/** What an encoder is for, by the end of its class name in Hugging Face's configurations. */
public enum HeadKind {
    /** The encoder alone. */
    ENCODER("Model"),
    MASKED_LM("ForMaskedLM"),
    /** What the family is pre-trained on. */
    PRETRAINING("ForPreTraining"),
    NEXT_SENTENCE("ForNextSentencePrediction"),
    CLASSIFICATION("ForSequenceClassification"),
    TOKEN_CLASSIFICATION("ForTokenClassification"),
    QUESTION_ANSWERING("ForQuestionAnswering"),
    MULTIPLE_CHOICE("ForMultipleChoice"),
    IMAGE_CLASSIFICATION("ForImageClassification");

    private final String suffix;

    HeadKind(String suffix) {
        this.suffix = suffix;
    }

    public String suffix() {
        return suffix;
    }
}
