package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maliang.model.form.Verse;
import org.maliang.model.generate.Constraint;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.serve.ApiException;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServedWriter;
import org.maliang.serve.request.Fields;
import org.maliang.serve.request.Wishes;
import org.maliang.tokenizer.FillIn;

/** {@code POST /v1/completions}: texts go on, or verse of a form is written. */
final class Completions {

    private static final int MOST_PROMPTS = 256;
    private static final int MOST_VOTES = 1000;
    private static final int MOST_ALTERNATIVES = 20;
    private static final Dialect DIALECT = new CompletionDialect();

    private final Texts texts;

    Completions(Texts texts) {
        this.texts = texts;
    }

    void answer(Context context) {
        texts.answer(context, () -> read(new Fields(Json.body(context)), texts.model()), DIALECT);
    }

    private static Ask read(Fields fields, ServedModel served) {
        ServedWriter model = served.writer();
        fields.ignore("user", "store", "metadata");
        Common common = Common.read(fields, served);
        List<String> prompts = prompts(fields, model);
        boolean echo = fields.flag("echo", false);
        String suffix = fields.text("suffix").orElse("");
        int asked = fields.whole("max_tokens", 0, Integer.MAX_VALUE)
                .orElse(model.defaults().maxTokens());
        int alternatives = fields.whole("logprobs", 0, MOST_ALTERNATIVES).orElse(-1);
        int votes = fields.whole("vote", 0, MOST_VOTES).orElse(0);
        String form = fields.text("form").orElse("");
        String acrostic = fields.text("acrostic").orElse("");
        GenerationOptions options = Wishes.read(fields, model, Math.max(1, asked), Wishes.anySeed());
        fields.requireNoOther();
        if (asked == 0 && !echo) {
            throw ApiException.badField("max_tokens", "max_tokens may be 0 only with echo: ask for 1 token or more");
        }
        if (echo && alternatives >= 0 && model.writesAboutSources()) {
            throw ApiException.badField("echo", "echo: this model scores no prompts, it writes about them");
        }
        requireNoSearch(options, alternatives);
        List<String> shown = prompts;
        if (!suffix.isEmpty()) {
            requirePlainGap(!form.isBlank() || !acrostic.isBlank(), echo && alternatives >= 0);
            FillIn gap = FillIn.of(model.tokenizer())
                    .orElseThrow(() -> ApiException.badField(
                            "suffix", "suffix: this model goes on after texts, it has no tokens that tell of gaps"));
            prompts = prompts.stream().map(before -> gap.prompt(before, suffix)).toList();
        }
        if (!form.isBlank() || !acrostic.isBlank()) {
            requirePlainVerse(options, echo, alternatives);
            Verse verse = verse(form, prompts, acrostic);
            prompts = List.of(verse.prompt());
            shown = List.of(verse.title() + "\n");
            options = options.withMinTokens(0)
                    .withMaxTokens(model.contextLength())
                    .withConstraint(verse.constraint(model.verseTokens()));
        }
        if (votes > 0) {
            requireVote(options, prompts, common.stream(), echo || alternatives >= 0);
            options = options.withSamples(votes);
        }
        return new Ask(prompts, shown, options, asked > 0, alternatives, echo, common.stream(), common.usage(), votes);
    }

    /** A text, several, or the same as token ids. */
    private static List<String> prompts(Fields fields, ServedWriter model) {
        JsonNode given = fields.any("prompt")
                .orElseThrow(() -> ApiException.badField("prompt", "prompt is missing: give the text to go on after"));
        List<String> prompts = new ArrayList<>();
        if (given.isTextual()) {
            prompts.add(given.textValue());
        } else if (given.isArray() && !given.isEmpty() && given.get(0).isInt()) {
            prompts.add(text(fields, given, model));
        } else if (given.isArray()) {
            for (JsonNode one : given) {
                prompts.add(one.isTextual() ? one.textValue() : text(fields, one, model));
            }
        }
        if (prompts.isEmpty() || prompts.size() > MOST_PROMPTS) {
            throw fields.wrong("prompt", "a text, or up to " + MOST_PROMPTS + " texts, or lists of token ids");
        }
        return prompts;
    }

    private static String text(Fields fields, JsonNode ids, ServedWriter model) {
        if (!ids.isArray() || ids.isEmpty()) {
            throw fields.wrong("prompt", "texts or lists of token ids that the model has");
        }
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode id = ids.get(i);
            if (!id.isInt()
                    || id.intValue() < 0
                    || id.intValue() >= model.tokenizer().vocabularySize()) {
                throw fields.wrong("prompt", "texts or lists of token ids that the model has");
            }
            tokens[i] = id.intValue();
        }
        return model.tokenizer().decode(tokens, true);
    }

    private static Verse verse(String form, List<String> prompts, String acrostic) {
        if (prompts.size() > 1) {
            throw ApiException.badField("prompt", "form: verse has one title; send one prompt a request");
        }
        try {
            return Verse.asked(form, prompts.get(0), acrostic);
        } catch (IllegalArgumentException e) {
            throw ApiException.badField(form.isBlank() ? "acrostic" : "form", String.valueOf(e.getMessage()));
        }
    }

    static void requireNoSearch(GenerationOptions options, int alternatives) {
        boolean searches = options.beams() > 1 || options.search().bestOf() > 0;
        if (searches && alternatives >= 0) {
            throw ApiException.badField(
                    "logprobs", "logprobs are there for texts that are drawn: leave beams and best_of out");
        }
    }

    private static void requirePlainGap(boolean verse, boolean scored) {
        if (verse) {
            throw ApiException.badField("suffix", "suffix: verse has no gaps: leave suffix, or form and acrostic, out");
        }
        if (scored) {
            throw ApiException.badField(
                    "echo", "echo: what stands around a gap is read in another order: leave echo or logprobs out");
        }
    }

    private static void requirePlainVerse(GenerationOptions options, boolean echo, int alternatives) {
        if (options.constraint() != Constraint.NONE) {
            throw ApiException.badField(
                    "form", "form says all about a text: leave regex, choice, json_schema and response_format out");
        }
        if (echo && alternatives >= 0) {
            throw ApiException.badField(
                    "echo", "echo: the title of verse is no prompt, it has no scores: leave echo or logprobs out");
        }
    }

    private static void requireVote(
            GenerationOptions options, List<String> prompts, boolean stream, boolean described) {
        Optional<String> wrong = Optional.empty();
        if (options.samples() > 1 || prompts.size() > 1) {
            wrong = Optional.of("vote says how many answers there are: send one prompt and leave n out");
        } else if (options.temperature() == 0) {
            wrong = Optional.of("vote needs answers that differ, at temperature 0 all are the same: raise temperature");
        } else if (stream) {
            wrong = Optional.of("vote is counted when all is written: leave stream out");
        } else if (described) {
            wrong = Optional.of("vote counts texts: leave echo and logprobs out");
        }
        wrong.ifPresent(message -> {
            throw ApiException.badField("vote", message);
        });
    }
}
