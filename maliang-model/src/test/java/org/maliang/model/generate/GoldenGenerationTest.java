package org.maliang.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.maliang.checkpoint.Fixtures;
import org.maliang.model.Decoder;
import org.maliang.model.Models;
import org.maliang.tensor.Threads;

/** The ids that Hugging Face's GPT-2 generates with the same weights. */
class GoldenGenerationTest {

    @TestFactory
    Stream<DynamicTest> matchesTheReference() throws IOException {
        Path fixture = Fixtures.folder("gpt2");
        JsonNode golden =
                new ObjectMapper().readTree(fixture.resolve("golden.json").toFile());
        List<DynamicTest> tests = new ArrayList<>();
        golden.path("generation")
                .forEach(generation -> tests.add(
                        DynamicTest.dynamicTest(generation.path("name").asText(), () -> check(fixture, generation))));
        assertThat(tests).isNotEmpty();
        return tests.stream();
    }

    private static void check(Path fixture, JsonNode golden) {
        List<int[]> prompts = prompts(golden.path("inputs"));
        GenerationOptions options = options(golden.path("kwargs"));
        JsonNode eos = golden.path("kwargs").path("eos_token_id");
        Threads.threads(1); // in models this small, threads mostly wait for each other
        try (Decoder decoder = Models.decoder(fixture)) {
            TokenGenerator generator = new TokenGenerator(decoder)
                    .endingWith(eos.isNull() ? OptionalInt.empty() : OptionalInt.of(eos.asInt()));
            List<int[]> ids;
            if (options.beams() == 1) {
                ids = generator.write(prompts, options).stream()
                        .map(Continuation::ids)
                        .toList();
            } else {
                List<Beam> beams = generator.search(prompts, options);
                ids = beams.stream().map(beam -> beam.continuation().ids()).toList();
                for (int row = 0; row < beams.size(); row++) {
                    assertThat(beams.get(row).score())
                            .isCloseTo(
                                    golden.path("sequences_scores")
                                            .path("data")
                                            .path(row)
                                            .asDouble(),
                                    within(2e-5));
                }
            }
            int pad = golden.path("kwargs").path("pad_token_id").asInt();
            int[][] expected = rows(golden.path("sequences"));
            int start = golden.path("inputs")
                    .path("input_ids")
                    .path("shape")
                    .path(1)
                    .asInt();
            for (int row = 0; row < expected.length; row++) {
                int[] padded = Arrays.copyOf(ids.get(row), expected[row].length - start);
                Arrays.fill(padded, Math.min(ids.get(row).length, padded.length), padded.length, pad);
                assertThat(padded).isEqualTo(Arrays.copyOfRange(expected[row], start, expected[row].length));
            }
        }
    }

    private static List<int[]> prompts(JsonNode inputs) {
        int[][] ids = rows(inputs.path("input_ids"));
        int[][] mask = rows(inputs.path("attention_mask"));
        return IntStream.range(0, ids.length)
                .mapToObj(row -> IntStream.range(0, ids[row].length)
                        .filter(i -> mask[row][i] == 1)
                        .map(i -> ids[row][i])
                        .toArray())
                .toList();
    }

    private static GenerationOptions options(JsonNode kwargs) {
        return GenerationOptions.defaults()
                .withTemperature(0)
                .withMaxTokens(kwargs.path("max_new_tokens").asInt())
                .withBeams(kwargs.path("num_beams").asInt(1))
                .withLengthPenalty(kwargs.path("length_penalty").asDouble(1))
                .withRepetitionPenalty(kwargs.path("repetition_penalty").asDouble(1))
                .withNoRepeatNgram(kwargs.path("no_repeat_ngram_size").asInt(0));
    }

    private static int[][] rows(JsonNode tensor) {
        int rows = tensor.path("shape").path(0).asInt();
        int width = tensor.path("shape").path(1).asInt();
        return IntStream.range(0, rows)
                .mapToObj(row -> IntStream.range(0, width)
                        .map(i -> tensor.path("data").path(row * width + i).asInt())
                        .toArray())
                .toArray(int[][]::new);
    }
}
