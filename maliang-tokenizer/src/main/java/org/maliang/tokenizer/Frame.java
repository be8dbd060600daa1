package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The special tokens that a model expects around a text or a pair of texts, such as BERT's {@code [CLS] A [SEP] B [SEP]}:
 * what the {@code post_processor} of a {@code tokenizer.json} says. Immutable.
 */
public final class Frame {
    private static final int SPECIAL = -1;

    /** Nothing around; the second text has type 1. */
    public static final Frame NONE = new Frame(List.of(Slot.text(0, 0)), List.of(Slot.text(0, 0), Slot.text(1, 1)));

    private final List<Slot> single;
    private final List<Slot> pair;

    /** One place of a frame: the ids of a text (0 or 1), or one special token. */
    private record Slot(int text, int id, int typeId) {
        static Slot text(int text, int typeId) {
            return new Slot(text, SPECIAL, typeId);
        }

        static Slot special(int id, int typeId) {
            return new Slot(SPECIAL, id, typeId);
        }
    }

    private Frame(List<Slot> single, List<Slot> pair) {
        this.single = List.copyOf(single);
        this.pair = List.copyOf(pair);
    }

    /** {@code first A last}, and for pairs {@code A} and {@code B} each followed by {@code last}, as BERT has it. */
    static Frame bert(int first, int last) {
        return new Frame(
                List.of(Slot.special(first, 0), Slot.text(0, 0), Slot.special(last, 0)),
                List.of(
                        Slot.special(first, 0),
                        Slot.text(0, 0),
                        Slot.special(last, 0),
                        Slot.text(1, 1),
                        Slot.special(last, 1)));
    }

    /** {@code first A last}, and {@code first A last last B last} for pairs, all of type 0, as RoBERTa has it. */
    static Frame roberta(int first, int last) {
        return new Frame(
                List.of(Slot.special(first, 0), Slot.text(0, 0), Slot.special(last, 0)),
                List.of(
                        Slot.special(first, 0),
                        Slot.text(0, 0),
                        Slot.special(last, 0),
                        Slot.special(last, 0),
                        Slot.text(1, 0),
                        Slot.special(last, 0)));
    }

    /** Every text between these tokens, all of type 0: {@code before A after before B after}. */
    static Frame around(int[] before, int[] after) {
        List<Slot> single = new ArrayList<>();
        List<Slot> pair = new ArrayList<>();
        for (int text = 0; text < 2; text++) {
            for (int id : before) {
                pair.add(Slot.special(id, 0));
            }
            pair.add(Slot.text(text, 0));
            for (int id : after) {
                pair.add(Slot.special(id, 0));
            }
            if (text == 0) {
                single.addAll(pair);
            }
        }
        return new Frame(single, pair);
    }

    /** The ids with the special tokens around. */
    public Encoding single(int[] ids) {
        return fill(single, ids, ids.length, new int[0], 0);
    }

    /** The same, the text cut at its end so that no more than {@code maxLength} ids come out. */
    public Encoding single(int[] ids, int maxLength) {
        return fill(single, ids, Math.min(ids.length, room(single, maxLength)), new int[0], 0);
    }

    /** Both texts with the special tokens around and between. */
    public Encoding pair(int[] first, int[] second) {
        return fill(pair, first, first.length, second, second.length);
    }

    /**
     * The same, with no more than {@code maxLength} ids: the longer text loses its last id, the second one when both are
     * equally long, until it fits ({@code longest_first} of transformers).
     */
    public Encoding pair(int[] first, int[] second, int maxLength) {
        int room = room(pair, maxLength);
        int long1 = first.length;
        int long2 = second.length;
        int excess = Math.max(0, long1 + long2 - room);
        int levelling = Math.min(excess, Math.abs(long1 - long2));
        if (long1 > long2) {
            long1 -= levelling;
        } else {
            long2 -= levelling;
        }
        int rest = excess - levelling;
        return fill(pair, first, long1 - rest / 2, second, long2 - (rest + 1) / 2);
    }

    /** How many special tokens stand around a text. */
    public int specials() {
        return specials(single);
    }

    /** How many special tokens stand around and between the texts of a pair. */
    public int pairSpecials() {
        return specials(pair);
    }

    /** Where among the ids of {@link #single} those of the text begin. */
    public int start() {
        return start(single, 0, 0);
    }

    /** Where among the ids of {@link #pair} those of the second text begin, behind a first one of {@code firstLength} ids. */
    public int secondStart(int firstLength) {
        return start(pair, 1, firstLength);
    }

    private static int start(List<Slot> slots, int text, int firstLength) {
        return slots.stream()
                .takeWhile(slot -> slot.text() != text)
                .mapToInt(slot -> slot.text() == SPECIAL ? 1 : firstLength)
                .sum();
    }

    private static int specials(List<Slot> slots) {
        return (int) slots.stream().filter(slot -> slot.text() == SPECIAL).count();
    }

    private static int room(List<Slot> slots, int maxLength) {
        int specials = specials(slots);
        if (maxLength < specials) {
            throw new IllegalArgumentException("tokenizer: " + maxLength + " ids have no room for the " + specials
                    + " special tokens around the text; allow more");
        }
        return maxLength - specials;
    }

    private static Encoding fill(List<Slot> slots, int[] first, int firstLength, int[] second, int secondLength) {
        int size = 0;
        for (Slot slot : slots) {
            size += slot.text() == SPECIAL ? 1 : slot.text() == 0 ? firstLength : secondLength;
        }
        int[] ids = new int[size];
        int[] types = new int[size];
        int at = 0;
        for (Slot slot : slots) {
            int length = slot.text() == SPECIAL ? 1 : slot.text() == 0 ? firstLength : secondLength;
            if (slot.text() == SPECIAL) {
                ids[at] = slot.id();
            } else {
                System.arraycopy(slot.text() == 0 ? first : second, 0, ids, at, length);
            }
            Arrays.fill(types, at, at + length, slot.typeId());
            at += length;
        }
        return new Encoding(ids, types);
    }

    /** Reads a {@code post_processor}; {@code ids} gives the id of a token. */
    static Frame parse(JsonNode processor, Map<String, Integer> ids) {
        return switch (processor.path("type").asText()) {
            case "", "ByteLevel" -> NONE;
            case "BertProcessing" -> bert(id(processor, "cls"), id(processor, "sep"));
            case "RobertaProcessing" -> roberta(id(processor, "cls"), id(processor, "sep"));
            case "TemplateProcessing" ->
                new Frame(
                        slots(processor.path("single"), processor.path("special_tokens"), ids),
                        slots(processor.path("pair"), processor.path("special_tokens"), ids));
            case "Sequence" -> {
                Frame frame = NONE;
                for (JsonNode step : processor.path("processors")) {
                    Frame next = parse(step, ids);
                    frame = next == NONE ? frame : next;
                }
                yield frame;
            }
            default -> throw new TokenizerException("unknown post_processor " + processor.path("type"));
        };
    }

    private static int id(JsonNode processor, String role) {
        return processor.path(role).path(1).asInt();
    }

    private static List<Slot> slots(JsonNode template, JsonNode special, Map<String, Integer> ids) {
        List<Slot> slots = new ArrayList<>();
        for (JsonNode piece : template) {
            JsonNode sequence = piece.path("Sequence");
            if (sequence.isObject()) {
                int text = sequence.path("id").asText().equals("B") ? 1 : 0;
                slots.add(Slot.text(text, sequence.path("type_id").asInt()));
                continue;
            }
            JsonNode token = piece.path("SpecialToken");
            String name = token.path("id").asText();
            JsonNode known = special.path(name).path("ids");
            if (known.isEmpty()) {
                Integer id = ids.get(name);
                if (id == null) {
                    throw new TokenizerException("the post_processor names '" + name + "', which is not a token");
                }
                slots.add(Slot.special(id, token.path("type_id").asInt()));
            }
            for (JsonNode id : known) {
                slots.add(Slot.special(id.asInt(), token.path("type_id").asInt()));
            }
        }
        return slots;
    }
}
