package org.maliang.tokenizer.chat;

/**
 * What a template names and nobody has set: it prints as nothing, counts as false, and must not be used for more.
 *
 * @param why what an error says
 */
record Undefined(String why) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Undefined;
    }

    @Override
    public int hashCode() {
        return 1;
    }
}
