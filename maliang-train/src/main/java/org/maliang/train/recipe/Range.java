package org.maliang.train.recipe;

/** The numbers that a key may take. */
enum Range {
    POSITIVE("above 0") {
        @Override
        boolean holds(double value) {
            return value > 0 && value < Double.POSITIVE_INFINITY;
        }
    },
    NOT_NEGATIVE("of at least 0") {
        @Override
        boolean holds(double value) {
            return value >= 0 && value < Double.POSITIVE_INFINITY;
        }
    },
    FRACTION("from 0 to below 1") {
        @Override
        boolean holds(double value) {
            return value >= 0 && value < 1;
        }
    };

    private final String words;

    Range(String words) {
        this.words = words;
    }

    abstract boolean holds(double value);

    @Override
    public String toString() {
        return words;
    }
}
