package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Byte-level BPE: the alphabet is the 256 bytes, spelled as GPT-2 spells them. */
final class ByteTrainer implements TokenizerTrainer {
    private static final int BYTES = TokenizerJson.BYTES;

    private final TrainingOptions options;

    ByteTrainer(TrainingOptions options) {
        options.roomBeside(BYTES);
        this.options = options;
    }

    @Override
    public TrainedTokenizer train(Stream<String> documents) {
        PreTokenizer cut = new Gpt2Split();
        WordCounts words = new WordCounter(cut, options).count(documents);
        List<String> alphabet = alphabet();
        int limit = BYTES + options.roomBeside(BYTES);
        var learner = new MergeLearner(symbolWords(words, alphabet), alphabet, limit, options);
        List<MergeLearner.Merge> merges = learner.learn();
        var json = new TokenizerJson(options.specialTokens());
        learner.entries().forEach(json::entry);
        return json.cut(cut).decoder(decoder()).bpe(false, learner.entries(), merges);
    }

    static List<String> alphabet() {
        List<String> alphabet = new ArrayList<>(BYTES);
        for (int b = 0; b < BYTES; b++) {
            alphabet.add(String.valueOf(TokenBytes.printable(b)));
        }
        alphabet.sort(null);
        return alphabet;
    }

    static SymbolWords symbolWords(WordCounts words, List<String> alphabet) {
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

    private static ObjectNode decoder() {
        ObjectNode decoder = JsonNodeFactory.instance.objectNode().put("type", "ByteLevel");
        return decoder.put("add_prefix_space", true).put("trim_offsets", true).put("use_regex", true);
    }
}
