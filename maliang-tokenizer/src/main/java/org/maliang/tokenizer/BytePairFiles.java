package org.maliang.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code vocab.json} and {@code merges.txt} as GPT-2 wrote them first, read into a {@code tokenizer.json}. RoBERTa, BART,
 * OPT, CLIP and Qwen2 use the same two files with other cuts and other special tokens.
 */
final class BytePairFiles {
    /** CLIP's cut: what the expression does not match is dropped. */
    private static final String CLIP_CUT = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private static final String QWEN_CUT = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private enum Kind {
        GPT2,
        OPT,
        ROBERTA,
        CLIP,
        QWEN
    }

    private final Path vocabulary;
    private final Path merges;
    private final TokenizerSettings settings;
    private final Kind kind;

    BytePairFiles(Path vocabulary, Path merges, TokenizerSettings settings) {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.settings = settings;
        this.kind = kind(settings);
    }

    private static Kind kind(TokenizerSettings settings) {
        String name = settings.tokenizerClass();
        return switch (name) {
            case "GPT2Tokenizer", "CodeGenTokenizer" -> settings.modelType().equals("opt") ? Kind.OPT : Kind.GPT2;
            case "RobertaTokenizer", "BartTokenizer", "LongformerTokenizer", "LEDTokenizer", "LayoutLMv3Tokenizer" ->
                Kind.ROBERTA;
            case "CLIPTokenizer" -> Kind.CLIP;
            case "Qwen2Tokenizer" -> Kind.QWEN;
            case "", "PreTrainedTokenizer" -> kindOf(settings.modelType().toLowerCase(Locale.ROOT));
            default ->
                throw new TokenizerException("tokenizer: " + settings.directory() + " wants the class " + name
                        + ", which is not known with vocab.json and merges.txt; save it with a tokenizer.json");
        };
    }

    private static Kind kindOf(String modelType) {
        return switch (modelType) {
            case "opt" -> Kind.OPT;
            case "roberta", "bart", "longformer", "led", "layoutlmv3" -> Kind.ROBERTA;
            case "clip", "clip_text_model" -> Kind.CLIP;
            case "qwen2", "qwen2_moe", "qwen3", "qwen3_moe" -> Kind.QWEN;
            default -> Kind.GPT2;
        };
    }

    /** The {@code tokenizer.json}, with the special tokens of the kind and of the settings. */
    ObjectNode json() {
        ObjectNode json = withoutSpecial();
        ObjectNode entries = (ObjectNode) json.path("model").path("vocab");
        List<AddedToken> tokens = new ArrayList<>(settings.addedTokens());
        for (String token : special()) {
            if (entries.has(token)) {
                AddedToken added = AddedToken.special(token);
                tokens.add(token.equals("<mask>") ? added.withLeftStrip() : added);
            }
        }
        AddedToken.addAll(json, tokens);
        frame(json, entries);
        return json;
    }

    private ObjectNode withoutSpecial() {
        ObjectNode json = Json.object();
        json.putArray("added_tokens");
        json.set("normalizer", normalizer());
        json.set("pre_tokenizer", preTokenizer());
        json.set("decoder", decoder());
        ObjectNode model = Json.typed("BPE");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        if (kind == Kind.CLIP) {
            model.put("end_of_word_suffix", "</w>");
        }
        model.set("vocab", Json.read(vocabulary));
        model.set("merges", pairs());
        json.set("model", model);
        return json;
    }

    private ArrayNode pairs() {
        ArrayNode pairs = Json.MAPPER.createArrayNode();
        List<String> lines = TextFile.lines(merges);
        for (int i = 1; i < lines.size(); i++) { // the first line is the version
            String line = lines.get(i);
            if (line.isBlank()) {
                continue;
            }
            int blank = line.indexOf(' ');
            if (blank <= 0 || blank == line.length() - 1 || line.indexOf(' ', blank + 1) >= 0) {
                throw TextFile.unreadable(merges, "line " + (i + 1) + " is not two entries with a blank between");
            }
            pairs.addArray().add(line.substring(0, blank)).add(line.substring(blank + 1));
        }
        return pairs;
    }

    private Set<String> special() {
        Set<String> tokens = new LinkedHashSet<>();
        TokenizerSettings.ROLES.forEach(role -> settings.token(role).ifPresent(tokens::add));
        tokens.addAll(
                switch (kind) {
                    case GPT2 -> List.of("<|endoftext|>");
                    case OPT, ROBERTA -> List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");
                    case CLIP -> List.of("<|startoftext|>", "<|endoftext|>");
                    case QWEN -> List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");
                });
        return tokens;
    }

    private ObjectNode normalizer() {
        ObjectNode whole = Json.typed("Sequence");
        ArrayNode steps = whole.putArray("normalizers");
        if (kind == Kind.CLIP || kind == Kind.QWEN) {
            steps.add(Json.typed("NFC"));
        }
        if (kind == Kind.CLIP) {
            ObjectNode blanks = Json.typed("Replace").put("content", " ");
            blanks.putObject("pattern").put("Regex", "\\s+");
            steps.add(blanks).add(Json.typed("Lowercase"));
        }
        return whole;
    }

    private ObjectNode preTokenizer() {
        boolean clip = kind == Kind.CLIP;
        boolean cut = clip || kind == Kind.QWEN;
        boolean prefix =
                settings.flag("add_prefix_space", settings.tokenizerClass().equals("LayoutLMv3Tokenizer"));
        ObjectNode bytes = Json.typed("ByteLevel").put("add_prefix_space", prefix && !cut);
        bytes.put("trim_offsets", true).put("use_regex", !cut);
        if (!cut) {
            return bytes;
        }
        ObjectNode split = Json.typed("Split")
                .put("behavior", clip ? "Removed" : "Isolated")
                .put("invert", clip);
        split.putObject("pattern").put("Regex", clip ? CLIP_CUT : QWEN_CUT);
        ObjectNode whole = Json.typed("Sequence");
        whole.putArray("pretokenizers").add(split).add(bytes);
        return whole;
    }

    private ObjectNode decoder() {
        ObjectNode bytes = Json.typed("ByteLevel").put("add_prefix_space", true);
        bytes.put("trim_offsets", true).put("use_regex", true);
        if (kind != Kind.CLIP) {
            return bytes;
        }
        ObjectNode ends = Json.typed("Replace").put("content", " ");
        ends.putObject("pattern").put("String", "</w>");
        ObjectNode last = Json.typed("Replace").put("content", "");
        last.putObject("pattern").put("Regex", " \\z");
        ObjectNode whole = Json.typed("Sequence");
        whole.putArray("decoders").add(bytes).add(ends).add(last);
        return whole;
    }

    private void frame(ObjectNode json, ObjectNode entries) {
        switch (kind) {
            case ROBERTA -> around(json, entries, role("cls_token", "<s>"), role("sep_token", "</s>"));
            case CLIP ->
                around(json, entries, role("bos_token", "<|startoftext|>"), role("eos_token", "<|endoftext|>"));
            case GPT2, OPT, QWEN -> {
                boolean begins = settings.flag("add_bos_token", kind == Kind.OPT);
                String first = role("bos_token", kind == Kind.OPT ? "</s>" : "<|endoftext|>");
                if (begins && entries.has(first)) {
                    json.set(
                            "post_processor",
                            beginning(first, entries.get(first).asInt()));
                }
            }
        }
    }

    private static void around(ObjectNode json, ObjectNode entries, String first, String last) {
        if (entries.has(first) && entries.has(last)) {
            ObjectNode processor =
                    Json.typed("RobertaProcessing").put("trim_offsets", true).put("add_prefix_space", false);
            processor.putArray("sep").add(last).add(entries.get(last).asInt());
            processor.putArray("cls").add(first).add(entries.get(first).asInt());
            json.set("post_processor", processor);
        }
    }

    /** The token before each text, all of type 0. */
    private static ObjectNode beginning(String token, int id) {
        ObjectNode processor = Json.typed("TemplateProcessing");
        for (String form : List.of("single", "pair")) {
            ArrayNode slots = processor.putArray(form);
            for (String text : form.equals("single") ? List.of("A") : List.of("A", "B")) {
                slots.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
                slots.addObject().putObject("Sequence").put("id", text).put("type_id", 0);
            }
        }
        ObjectNode known =
                processor.putObject("special_tokens").putObject(token).put("id", token);
        known.putArray("ids").add(id);
        known.putArray("tokens").add(token);
        return processor;
    }

    private String role(String role, String otherwise) {
        return settings.token(role).orElse(otherwise);
    }
}
