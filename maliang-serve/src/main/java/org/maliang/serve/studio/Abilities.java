package org.maliang.serve.studio;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.maliang.model.form.PoemForm;
import org.maliang.serve.ServedModel;
import org.maliang.tokenizer.Tokenizer;

/**
 * What a model can do: verse and couplets if its tokenizer knows their marks, conversation if it has a chat template, and
 * what its card says.
 *
 * @param model its name
 * @param names {@code verse}, {@code couplet}, {@code chat}, and the words of the card
 * @param forms labels of the forms of verse that it knows
 */
record Abilities(String model, Set<String> names, List<String> forms) {
    private static final String CHAT = "chat";

    static Abilities of(ServedModel served) {
        Tokenizer tokenizer = served.tokenizer();
        List<String> forms = Arrays.stream(PoemForm.values())
                .filter(form -> tokenizer.id(form.mark()).isPresent())
                .map(PoemForm::label)
                .toList();
        Set<String> names = new LinkedHashSet<>(ModelCard.of(served.path()).abilities());
        if (forms.contains(PoemForm.COUPLET.label())) {
            names.add("couplet");
        }
        if (forms.stream().anyMatch(form -> !form.equals(PoemForm.COUPLET.label()))) {
            names.add("verse");
        }
        if (served.writer().chat().isPresent()) {
            names.add(CHAT);
        }
        return new Abilities(served.name(), Set.copyOf(names), forms);
    }

    /** Whether the model can do what a preset asks: by its own ability, or because it can be asked to. */
    boolean suffice(Preset preset) {
        return preset.writesVerse()
                ? forms.containsAll(preset.constraint().forms()) && names.contains(preset.needs())
                : preset.needs().isEmpty() || names.contains(preset.needs()) || isAsked(preset);
    }

    /** Whether the model is better asked in a conversation than given a beginning. */
    boolean isAsked(Preset preset) {
        return names.contains(CHAT) && !preset.chat().isEmpty();
    }
}
