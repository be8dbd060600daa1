package org.maliang.model.form;

/**
 * A document of a verse corpus.
 *
 * @param text title, author and body, each from a new line; or two lines of a couplet with a tab between
 * @param source the corpus it comes from ({@code ci-song}, {@code qu-yuan}, …), empty if unknown
 * @param dynasty the dynasty of its author, empty if unknown
 */
public record CorpusPoem(String text, String source, String dynasty) {}
