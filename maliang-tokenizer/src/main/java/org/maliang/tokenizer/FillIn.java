package org.maliang.tokenizer;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a model that was trained to fill gaps (Bavarian et al., 2022, arXiv:2207.14255) is told of one: tokens of its own stand before
 * what precedes the gap, before what follows it, and where its text is to be written.
 *
 * @param prefix stands before what precedes the gap
 * @param suffix stands before what follows it
 * @param middle stands where the text of the gap begins
 */
public record FillIn(String prefix, String suffix, String middle) {

    private static final List<FillIn> KNOWN = List.of(
            new FillIn("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"), // Qwen2.5-Coder
            new FillIn("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), // SantaCoder, StarCoder
            new FillIn("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>")); // DeepSeek-Coder

    /** The way of the model whose tokens these are; empty where it has none that are known. */
    public static Optional<FillIn> of(Tokenizer tokenizer) {
        return KNOWN.stream()
                .filter(way -> Stream.of(way.prefix, way.suffix, way.middle)
                        .allMatch(token -> tokenizer.id(token).isPresent()))
                .findFirst();
    }

    /** What the model reads, to go on with what fills the gap. */
    public String prompt(String before, String after) {
        return prefix + before + suffix + after + middle;
    }
}
