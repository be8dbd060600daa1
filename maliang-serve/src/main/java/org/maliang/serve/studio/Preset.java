package org.maliang.serve.studio;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.maliang.model.form.PoemForm;

/**
 * A mode of writing, as a preset file describes it.
 *
 * @param id letters, digits and hyphens
 * @param names what the mode is called
 * @param hint what to type
 * @param examples prompts to begin with
 * @param prompt what the model continues; {@code {prompt}} stands for what the reader typed
 * @param chat what a chat model is asked instead, empty if it is of no use here
 * @param decoding fields of a request ({@code temperature}, {@code top_p} …) that differ from the model's own
 * @param length how many tokens, at most, before the reader chooses
 * @param constraint what the text must be
 * @param vote of how many answers the most frequent is asked for, 0 where a vote makes no sense
 * @param needs the ability that a model must have, empty for none
 * @param lacking why a model without it cannot do this; {@code {model}} stands for its name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Preset(
        @JsonProperty(required = true) String id,
        @JsonProperty(required = true) Wording names,
        @JsonProperty(required = true) Wording hint,
        List<String> examples,
        @JsonProperty(required = true) String prompt,
        String chat,
        Map<String, Object> decoding,
        int length,
        Constraint constraint,
        int vote,
        String needs,
        @Nullable Wording lacking) {
    private static final String TYPED = "{prompt}";
    private static final Set<String> DECODING = Set.of(
            "temperature", "top_p", "top_k", "min_p", "repetition_penalty", "presence_penalty", "frequency_penalty");

    /**
     * What a text must be.
     *
     * @param forms forms of verse to choose from; 词 and 曲 with any of their tunes
     * @param stop where a text ends
     * @param regex what it must match, empty for anything
     * @param choice the texts it must be one of, none for anything
     */
    record Constraint(List<String> forms, List<String> stop, String regex, List<String> choice) {
        static final Constraint NONE = new Constraint(List.of(), List.of(), "", List.of());

        @SuppressWarnings("ConstantValue") // Jackson passes null for keys that are not there
        Constraint {
            forms = forms == null ? List.of() : List.copyOf(forms);
            stop = stop == null ? List.of() : List.copyOf(stop);
            regex = regex == null ? "" : regex;
            choice = choice == null ? List.of() : List.copyOf(choice);
            for (String form : forms) {
                if (PoemForm.named(form).isEmpty()) {
                    throw new IllegalArgumentException("constraint.forms: there is no form '" + form + "'");
                }
            }
        }
    }

    @SuppressWarnings("ConstantValue") // Jackson passes null for keys that are not there
    Preset {
        examples = examples == null ? List.of() : List.copyOf(examples);
        chat = chat == null ? "" : chat;
        decoding = decoding == null ? Map.of() : Map.copyOf(decoding);
        length = length == 0 ? 128 : length;
        constraint = constraint == null ? Constraint.NONE : constraint;
        needs = needs == null ? "" : needs;
        require(Pattern.matches("[a-z0-9-]{1,32}", id), "id: '" + id + "' must be of a–z, 0–9 and hyphens");
        require(prompt.contains(TYPED), "prompt: " + TYPED + " is missing, where what is typed belongs");
        require(chat.isEmpty() || chat.contains(TYPED), "chat: " + TYPED + " is missing, where what is typed belongs");
        require(length > 0 && vote >= 0, "length and vote must not be negative");
        require(needs.isEmpty() == (lacking == null), "needs and lacking go together: give both or none");
        decoding.forEach((key, value) -> {
            require(DECODING.contains(key), "decoding: unknown key '" + key + "'; choose from " + DECODING);
            require(value instanceof Number, "decoding." + key + ": '" + value + "' is no number");
        });
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Whether it writes verse in a form. */
    @JsonIgnore
    boolean writesVerse() {
        return !constraint.forms().isEmpty();
    }
}
