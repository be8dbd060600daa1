package org.maliang.serve.studio;

/** A text in the two languages of the page. */
record Wording(String zh, String en) {

    /** The same with {@code {model}} replaced. */
    Wording about(String model) {
        return new Wording(zh.replace("{model}", model), en.replace("{model}", model));
    }
}
