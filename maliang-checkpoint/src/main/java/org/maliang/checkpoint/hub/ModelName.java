package org.maliang.checkpoint.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model's name on a hub: {@code [hf:|modelscope:]organisation/name[@revision]}.
 *
 * @param hub {@code hf} or {@code modelscope}; empty where the name does not say
 * @param revision branch, tag or commit; empty for the hub's main branch
 */
public record ModelName(String hub, String organisation, String name, String revision) {
    private static final String WORD = "[A-Za-z0-9](?:[\\w.-]*\\w)?";
    private static final Pattern FORM =
            Pattern.compile("(?:(hf|modelscope):)?(" + WORD + ")/(" + WORD + ")(?:@(" + WORD + "))?");

    /** The name that {@code text} spells, if it has the form of one. */
    public static Optional<ModelName> of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || text.contains("..")) {
            return Optional.empty();
        }
        return Optional.of(new ModelName(orEmpty(matcher, 1), matcher.group(2), matcher.group(3), orEmpty(matcher, 4)));
    }

    private static String orEmpty(Matcher matcher, int group) {
        String text = matcher.group(group);
        return text == null ? "" : text;
    }

    /** {@code organisation/name}. */
    public String id() {
        return organisation + "/" + name;
    }

    String revisionOr(String main) {
        return revision.isEmpty() ? main : revision;
    }
}
