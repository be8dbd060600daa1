package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.tokenizer.Tokenizer;

/** A model with tokens that tell of a gap fills it. */
class FillInTest extends OwnServerTests {

    private static final String COMPLETIONS = "/v1/completions";
    private static final List<String> TOKENS = List.of("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>");

    @TempDir
    private Path directory;

    @BeforeEach
    void startWithTokensForGaps() throws IOException {
        Path model = TestModels.decoder(directory);
        int next = Tokenizer.load(model).vocabularySize();
        File file = model.resolve("tokenizer.json").toFile();
        ObjectMapper mapper = new ObjectMapper();
        JsonNode tokenizer = mapper.readTree(file);
        ArrayNode added = (ArrayNode) tokenizer.get("added_tokens");
        for (String token : TOKENS) {
            added.addObject()
                    .put("id", next++)
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        mapper.writeValue(file, tokenizer);
        start(model);
    }

    private JsonNode complete(String fields) {
        return caller.post(COMPLETIONS, "{'seed':1,'max_tokens':20,'min_tokens':20," + fields + "}")
                .expect(200);
    }

    @Test
    void whatFollowsTheGapIsRead() {
        JsonNode filled = complete("'prompt':'床前','suffix':'光'");
        JsonNode spelled = complete("'prompt':'<|fim_prefix|>床前<|fim_suffix|>光<|fim_middle|>'");
        assertThat(filled.at("/usage/prompt_tokens").intValue()).isEqualTo(6);
        assertThat(filled.at("/choices/0/text")).isEqualTo(spelled.at("/choices/0/text"));
        assertThat(filled.at("/choices/0/text"))
                .isNotEqualTo(complete("'prompt':'床前','suffix':'霜'").at("/choices/0/text"));
        assertThat(complete("'prompt':'床前','suffix':''").at("/choices/0/text"))
                .isEqualTo(complete("'prompt':'床前'").at("/choices/0/text"));
    }

    @Test
    void everyPromptHasItsGapAndEchoesItself() {
        JsonNode both = complete("'prompt':['床前','举头'],'suffix':'光','echo':true");
        JsonNode second = complete("'prompt':'举头','suffix':'光'");
        assertThat(both.at("/choices/1/text").textValue())
                .isEqualTo("举头" + second.at("/choices/0/text").textValue());
    }

    @Test
    void verseAndScoresOfPromptsHaveNoGaps() {
        caller.post(COMPLETIONS, "{'prompt':'明','suffix':'月','form':'五言绝句'}").error(400, "verse has no gaps");
        caller.post(COMPLETIONS, "{'prompt':'明','suffix':'月','echo':true,'logprobs':1}")
                .error(400, "read in another order");
    }
}
