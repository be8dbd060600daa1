package org.maliang.tokenizer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Characters for Chinese, BPE for other scripts, bytes for the rest: characters and merges share the vocabulary by
 * frequency, and a rare character is spelled in bytes.
 */
final class CharacterTrainer implements TokenizerTrainer {
    private final TrainingOptions options;

    CharacterTrainer(TrainingOptions options) {
        options.roomBeside(TokenizerJson.BYTES);
        this.options = options;
    }

    @Override
    public TrainedTokenizer train(Stream<String> documents) {
        PreTokenizer cut = CharacterSplit.hanAlone();
        CharacterWords words = CharacterWords.of(new WordCounter(cut, options).count(documents));
        int limit = words.alphabet().size() + options.roomBeside(TokenizerJson.BYTES);
        var learner = new MergeLearner(words.words(), words.alphabet(), limit, options);
        List<MergeLearner.Merge> merges = learner.learn();
        TokenizerJson json = new TokenizerJson(options.specialTokens()).bytes();
        List<MergeLearner.Merge> kept = fill(json, words, learner.entries(), merges);
        return json.cut(cut).byteFallbackDecoder().bpe(true, learner.entries(), kept);
    }

    /** Fills the vocabulary with characters and merges, whichever is more frequent; returns the merges that made it. */
    private List<MergeLearner.Merge> fill(
            TokenizerJson json, CharacterWords characters, List<String> entries, List<MergeLearner.Merge> merges) {
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
                present.add(merge.result());
                json.entry(entries.get(merge.result()));
            }
        }
        return kept;
    }
}
