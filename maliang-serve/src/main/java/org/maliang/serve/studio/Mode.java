package org.maliang.serve.studio;

/**
 * A preset, for the model at hand.
 *
 * @param able whether the model can do it
 * @param asked whether it is better asked for it in a conversation
 * @param reason why it cannot, empty if it can
 */
record Mode(Preset preset, boolean able, boolean asked, Wording reason) {
    private static final Wording NONE = new Wording("", "");

    static Mode of(Preset preset, Abilities abilities) {
        boolean able = abilities.suffice(preset);
        Wording lacking = preset.lacking();
        Wording reason = able || lacking == null ? NONE : lacking.about(abilities.model());
        return new Mode(preset, able, able && abilities.isAsked(preset), reason);
    }
}
