package org.maliang.model.form;

/** The two tones that verse tells apart. */
enum Tone {
    /** 平. */
    LEVEL,
    /** 仄. */
    OBLIQUE,
    /** Both are known, or neither. */
    EITHER;

    Tone opposite() {
        return switch (this) {
            case LEVEL -> OBLIQUE;
            case OBLIQUE -> LEVEL;
            case EITHER -> EITHER;
        };
    }
}
