package org.maliang.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Trains byte-pair encodings.
 *
 * <ul>
 *   <li>{@link #byteLevel}: GPT-2's kind. Text is bytes, cut by GPT-2's pattern; frequent runs of bytes become entries.
 *   <li>{@link #characters}: right for classical Chinese. Every Han character, CJK mark and newline is an entry of its
 *       own; other scripts merge into words; whatever did not make it into the vocabulary is spelled in bytes.
 * </ul>
 *
 * <p>Both encode any text and give it back exactly.
 */
public final class BpeTrainer implements TokenizerTrainer {
    private static final int BYTES = 256;

    private final boolean byteLevel;
    private final TrainingOptions options;

    private BpeTrainer(boolean byteLevel, TrainingOptions options) {
        this.byteLevel = byteLevel;
        this.options = options;
        options.roomBeside(BYTES);
    }

    /** Byte-level BPE. */
    public static BpeTrainer byteLevel(TrainingOptions options) {
        return new BpeTrainer(true, options);
    }

    /** Characters for Chinese, BPE for other scripts, bytes for the rest. */
    public static BpeTrainer characters(TrainingOptions options) {
        return new BpeTrainer(false, options);
    }

    @Override
    public TrainedTokenizer train(Stream<String> documents) {
        PreTokenizer cut = byteLevel ? new Gpt2Split() : new CharacterSplit();
        WordCounts words = new WordCounter(cut, options).count(documents);
        return byteLevel ? trainBytes(cut, words) : trainCharacters(cut, words);
    }

    private TrainedTokenizer trainBytes(PreTokenizer cut, WordCounts words) {
        List<String> alphabet = new ArrayList<>(BYTES);
        for (int b = 0; b < BYTES; b++) {
            alphabet.add(String.valueOf(TokenBytes.printable(b)));
        }
        alphabet.sort(null);
        int limit = BYTES + options.roomBeside(BYTES);
        var learner = new MergeLearner(byteWords(words, alphabet), alphabet, limit, options.minFrequency());
        List<MergeLearner.Merge> merges = learner.learn(options.progress());
        var json = new TokenizerJson(options.specialTokens());
        learner.entries().forEach(json::entry);
        ObjectNode decoder = JsonNodeFactory.instance.objectNode();
        decoder.put("type", "ByteLevel").put("add_prefix_space", true);
        decoder.put("trim_offsets", true).put("use_regex", true);
        return json.cut(cut).decoder(decoder).bpe(false, mergesJson(learner.entries(), merges));
    }

    private static SymbolWords byteWords(WordCounts words, List<String> alphabet) {
        int[] symbolOf = new int[BYTES];
        for (int s = 0; s < BYTES; s++) {
            symbolOf[TokenBytes.byteLevel(alphabet.get(s))[0] & 0xFF] = s;
        }
        int size = words.size();
        int[] starts = new int[size + 1];
        int[] lengths = new int[size];
        long[] counts = new long[size];
        int[] symbols = new int[words.end(size - 1)];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = symbolOf[words.bytes()[i] & 0xFF];
        }
        for (int w = 0; w < size; w++) {
            starts[w + 1] = words.end(w);
            lengths[w] = words.end(w) - words.start(w);
            counts[w] = words.count(w);
        }
        return new SymbolWords(symbols, starts, lengths, counts);
    }

    private TrainedTokenizer trainCharacters(PreTokenizer cut, WordCounts words) {
        CharacterCounts characters = CharacterCounts.of(words);
        int room = options.roomBeside(BYTES);
        List<String> alphabet = characters.alphabet();
        var learner = new MergeLearner(characters.words(), alphabet, alphabet.size() + room, options.minFrequency());
        List<MergeLearner.Merge> merges = learner.learn(options.progress());

        var json = new TokenizerJson(options.specialTokens());
        for (int b = 0; b < BYTES; b++) {
            json.entry(String.format("<0x%02X>", b));
        }
        List<MergeLearner.Merge> kept = fill(json, characters, learner.entries(), merges);
        ObjectNode decoder = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
        decoder.putArray("decoders").addObject().put("type", "ByteFallback");
        decoder.withArray("decoders").addObject().put("type", "Fuse");
        return json.cut(cut).decoder(decoder).bpe(true, mergesJson(learner.entries(), kept));
    }

    /** Fills the vocabulary with characters and merges, whichever is more frequent; returns the merges that made it. */
    private List<MergeLearner.Merge> fill(
            TokenizerJson json, CharacterCounts characters, List<String> entries, List<MergeLearner.Merge> merges) {
        int[] order = characters.byFrequency(options.minFrequency());
        List<MergeLearner.Merge> kept = new ArrayList<>();
        Set<Integer> present = new HashSet<>();
        int nextCharacter = 0;
        int nextMerge = 0;
        while (json.size() < options.vocabularySize() && (nextCharacter < order.length || nextMerge < merges.size())) {
            boolean takeCharacter = nextMerge == merges.size()
                    || (nextCharacter < order.length
                            && characters.count(order[nextCharacter])
                                    >= merges.get(nextMerge).count());
            if (takeCharacter) {
                int symbol = order[nextCharacter++];
                present.add(symbol);
                json.entry(entries.get(symbol));
                continue;
            }
            MergeLearner.Merge merge = merges.get(nextMerge++);
            if (present.contains(merge.left()) && present.contains(merge.right())) {
                kept.add(merge);
                if (present.add(merge.result())) {
                    json.entry(entries.get(merge.result()));
                }
            }
        }
        return kept;
    }

    private static ArrayNode mergesJson(List<String> entries, List<MergeLearner.Merge> merges) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(merges.size());
        for (MergeLearner.Merge merge : merges) {
            array.addArray().add(entries.get(merge.left())).add(entries.get(merge.right()));
        }
        return array;
    }

    /** Counted words as code points. */
    private record CharacterCounts(List<String> alphabet, long[] counts, SymbolWords words) {

        static CharacterCounts of(WordCounts words) {
            int size = words.size();
            long[] frequency = new long[Character.MAX_CODE_POINT + 1];
            int[] starts = new int[size + 1];
            int[] lengths = new int[size];
            long[] counts = new long[size];
            int[] symbols = new int[words.end(size - 1)];
            int at = 0;
            for (int w = 0; w < size; w++) {
                int[] codePoints = new String(words.bytes(), words.start(w), words.end(w) - words.start(w), UTF_8)
                        .codePoints()
                        .toArray();
                counts[w] = words.count(w);
                lengths[w] = codePoints.length;
                for (int codePoint : codePoints) {
                    frequency[codePoint] += counts[w];
                    symbols[at++] = codePoint;
                }
                starts[w + 1] = at;
            }
            List<String> alphabet = new ArrayList<>();
            int[] symbolOf = new int[frequency.length];
            for (int c = 0; c < frequency.length; c++) {
                if (frequency[c] > 0) {
                    symbolOf[c] = alphabet.size();
                    frequency[alphabet.size()] = frequency[c];
                    alphabet.add(Character.toString(c));
                }
            }
            for (int i = 0; i < at; i++) {
                symbols[i] = symbolOf[symbols[i]];
            }
            return new CharacterCounts(
                    alphabet,
                    Arrays.copyOf(frequency, alphabet.size()),
                    new SymbolWords(symbols, starts, lengths, counts));
        }

        long count(int symbol) {
            return counts[symbol];
        }

        /** Symbols that occur often enough, most frequent first, then by code point. */
        int[] byFrequency(int least) {
            return java.util.stream.IntStream.range(0, counts.length)
                    .filter(s -> counts[s] >= least)
                    .boxed()
                    .sorted((a, b) -> Long.compare(counts[b], counts[a]))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
    }
}
