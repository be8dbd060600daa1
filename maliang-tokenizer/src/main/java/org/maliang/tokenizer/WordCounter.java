package org.maliang.tokenizer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/** Counts the pieces of a corpus, special tokens left out, on several threads while one thread reads it. */
final class WordCounter {
    private static final int BATCH_CHARACTERS = 1 << 18;

    private final PreTokenizer preTokenizer;
    private final TrainingOptions options;
    private final SpecialTokens specialTokens;

    WordCounter(PreTokenizer preTokenizer, TrainingOptions options) {
        this.preTokenizer = preTokenizer;
        this.options = options;
        this.specialTokens = new SpecialTokens(options.specialTokens());
    }

    /** The counts; the order of the words depends on timing, the counts do not. */
    WordCounts count(Stream<String> documents) {
        BlockingQueue<WordCounts> free = new LinkedBlockingQueue<>();
        for (int t = 0; t < options.threads(); t++) {
            free.add(new WordCounts());
        }
        try (var workers = new Workers(options.threads())) {
            Deque<Future<?>> running = new ArrayDeque<>();
            Iterator<String> source = documents.iterator();
            long read = 0;
            while (source.hasNext()) {
                List<String> batch = new ArrayList<>();
                long first = read;
                for (long characters = 0; characters < BATCH_CHARACTERS && source.hasNext(); read++) {
                    String document = source.next();
                    batch.add(document);
                    characters += document.length();
                }
                running.add(workers.submit(() -> count(batch, first, free)));
                options.progress().update("counting words", read, 0);
                while (running.size() > 2 * options.threads()) {
                    Workers.result(running.remove());
                }
            }
            running.forEach(Workers::result);
        }
        return merged(new ArrayList<>(free));
    }

    private WordCounts count(List<String> batch, long first, BlockingQueue<WordCounts> free) {
        WordCounts counts = free.remove(); // there are as many as threads
        try {
            for (int i = 0; i < batch.size(); i++) {
                String document = batch.get(i);
                Text.requireWhole(document, "document " + (first + i + 1));
                specialTokens.between(document, text -> preTokenizer.split(text, counts::add));
            }
            return counts;
        } finally {
            free.add(counts);
        }
    }

    private static WordCounts merged(List<WordCounts> parts) {
        WordCounts largest = parts.get(0);
        for (WordCounts part : parts) {
            largest = part.size() > largest.size() ? part : largest;
        }
        for (WordCounts part : parts) {
            if (part != largest) {
                largest.addAll(part);
            }
        }
        if (largest.size() == 0) {
            throw new TokenizerException(
                    "tokenizer training: the corpus holds no text; check the files and their `text` fields");
        }
        return largest;
    }
}
