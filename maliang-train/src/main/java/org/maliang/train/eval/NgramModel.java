package org.maliang.train.eval;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.maliang.train.data.Document;

/**
 * A character n-gram model with interpolated modified Kneser-Ney smoothing: the baseline that a trained model must beat.
 *
 * <p>S. F. Chen, J. Goodman: An Empirical Study of Smoothing Techniques for Language Modeling, TR-10-98, Harvard 1998,
 * section 3.3: {@code p(w | c) = (count(c w) - D(count)) / total(c) + backoff(c) p(w | c')}, where c' is c without its first
 * symbol. The longest n-grams and those that begin a document have their true counts; all others the number of different
 * symbols seen before them.
 *
 * <p>Symbols are Unicode code points and the end of a document. The shortest context is interpolated with a uniform
 * distribution over the symbols of the training text and one more, the unknown; its probability is shared equally by all
 * code points that the training text does not have. So the probabilities of all texts sum to 1.
 */
public final class NgramModel {
    /** The symbol that ends every document. */
    public static final int END = Character.MAX_CODE_POINT + 1;

    private static final int BEGIN = END + 1; // only ever a context
    private static final int ALL_CHARACTERS = Character.MAX_CODE_POINT + 1;
    private static final int LONGEST = 16;
    private static final int MISSING = -1;

    private final NgramOrder[] orders; // orders[k - 1] holds the n-grams of k symbols
    private final int symbols; // of the training text, END included

    private NgramModel(NgramOrder[] orders) {
        this.orders = orders;
        this.symbols = (int) orders[0].symbols().count();
    }

    /**
     * Counts the n-grams of some documents; 40 million characters at order 5 take about 2 GB of heap.
     *
     * @param order how many symbols an n-gram has, 1 to 16; one more than are looked back upon
     */
    public static NgramModel train(int order, Stream<Document> documents) {
        if (order < 1 || order > LONGEST) {
            throw new IllegalArgumentException("n-gram order " + order + " is not between 1 and " + LONGEST);
        }
        var orders = Stream.generate(NgramOrder::new).limit(order).toArray(NgramOrder[]::new);
        documents.forEachOrdered(document -> count(document.text(), orders));
        if (orders[0].size() == 0) {
            throw new IllegalArgumentException("an n-gram model needs at least one document to learn from");
        }
        int contexts = 1;
        for (var each : orders) {
            each.close(contexts);
            contexts = each.size();
        }
        return new NgramModel(orders);
    }

    private static void count(String text, NgramOrder[] orders) {
        int[] contexts = new int[orders.length + 1]; // by length: the number of the last so many symbols; 0 for none
        if (orders.length > 1) {
            contexts[1] = orders[0].add(0, BEGIN);
        }
        int[] symbols = symbols(text);
        for (int i = 0; i < symbols.length; i++) {
            boolean counts = true; // the longest n-gram by itself, a shorter one for each new symbol before it
            for (int length = Math.min(i + 2, orders.length); length > 0; length--) {
                var order = orders[length - 1];
                int known = order.size();
                int ngram = order.add(contexts[length - 1], symbols[i]);
                if (counts) {
                    order.increment(ngram);
                }
                counts = order.size() > known;
                contexts[length] = ngram;
            }
        }
    }

    /** The bits it takes to write these documents down, each from its beginning to its end. */
    public CodeLength score(Stream<Document> documents) {
        return documents.map(document -> score(document.text())).reduce(CodeLength.ZERO, CodeLength::plus);
    }

    private CodeLength score(String text) {
        int[] contexts = start();
        double bits = 0;
        double last = 0;
        for (int symbol : symbols(text)) {
            last = -Math.log(probability(contexts, symbol)) / Math.log(2);
            bits += last;
            advance(contexts, symbol);
        }
        return CodeLength.of(text, bits, last);
    }

    /**
     * The probability of what follows a beginning of a document.
     *
     * @param symbol a code point or {@link #END}
     */
    public double probability(String beginning, int symbol) {
        int[] contexts = start();
        beginning.codePoints().forEach(before -> advance(contexts, before));
        return probability(contexts, symbol);
    }

    /** The symbols of the training text: code points and {@link #END}. */
    public IntStream symbols() {
        return orders[0].symbols();
    }

    private int[] start() {
        int[] contexts = new int[orders.length + 1];
        Arrays.fill(contexts, 1, contexts.length, MISSING);
        contexts[1] = orders[0].find(0, BEGIN);
        return contexts;
    }

    private void advance(int[] contexts, int symbol) {
        for (int length = orders.length; length > 0; length--) {
            int context = contexts[length - 1];
            contexts[length] = context == MISSING ? MISSING : orders[length - 1].find(context, symbol);
        }
    }

    private double probability(int[] contexts, int symbol) {
        boolean known = orders[0].find(0, symbol) != MISSING;
        double probability = 1.0 / (symbols + 1);
        for (int length = 1; length <= orders.length && contexts[length - 1] != MISSING; length++) {
            probability = orders[length - 1].probability(contexts[length - 1], symbol, probability);
        }
        return known ? probability : probability / (ALL_CHARACTERS - (symbols - 1));
    }

    private static int[] symbols(String text) {
        return IntStream.concat(text.codePoints(), IntStream.of(END)).toArray();
    }
}
