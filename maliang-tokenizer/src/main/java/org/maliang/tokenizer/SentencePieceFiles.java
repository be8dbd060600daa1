package org.maliang.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.maliang.tokenizer.sentencepiece.Piece;
import org.maliang.tokenizer.sentencepiece.PlacedPiece;
import org.maliang.tokenizer.sentencepiece.SentencePiece;

/**
 * A SentencePiece {@code .model} and the ids that a family gives to its pieces: as in the file; T5's, with sentinels after
 * them; those of fairseq (XLM-R, mBART), which begin with four other tokens.
 */
final class SentencePieceFiles {
    private static final int SENTINELS = 100;
    private static final List<String> FAIRSEQ = List.of("<s>", "<pad>", "</s>", "<unk>");
    private static final List<String> LANGUAGES = List.of(
            "ar_AR", "cs_CZ", "de_DE", "en_XX", "es_XX", "et_EE", "fi_FI", "fr_XX", "gu_IN", "hi_IN", "it_IT", "ja_XX",
            "kk_KZ", "ko_KR", "lt_LT", "lv_LV", "my_MM", "ne_NP", "nl_XX", "ro_RO", "ru_RU", "si_LK", "tr_TR", "vi_VN",
            "zh_CN");

    private enum Kind {
        PLAIN,
        LLAMA,
        T5,
        XLM_ROBERTA,
        MBART
    }

    private final SentencePiece model;
    private final TokenizerSettings settings;
    private final Kind kind;
    private final PieceVocabulary vocabulary;
    private final Map<String, AddedToken> added = new LinkedHashMap<>(); // found in the text before it is cut

    SentencePieceFiles(SentencePiece model, TokenizerSettings settings) {
        this.model = model;
        this.settings = settings;
        this.kind = kind(settings);
        boolean fairseq = kind == Kind.XLM_ROBERTA || kind == Kind.MBART;
        this.vocabulary = fairseq ? fairseqVocabulary() : PieceVocabulary.of(model);
        addTokens();
    }

    PieceVocabulary vocabulary() {
        return vocabulary;
    }

    private static Kind kind(TokenizerSettings settings) {
        return switch (settings.tokenizerClass()) {
            case "LlamaTokenizer" -> Kind.LLAMA;
            case "T5Tokenizer", "MT5Tokenizer" -> Kind.T5;
            case "XLMRobertaTokenizer" -> Kind.XLM_ROBERTA;
            case "MBartTokenizer" -> Kind.MBART;
            case "", "PreTrainedTokenizer" ->
                switch (settings.modelType().toLowerCase(Locale.ROOT)) {
                    case "llama", "mistral" -> Kind.LLAMA;
                    case "t5", "mt5", "umt5", "switch_transformers" -> Kind.T5;
                    case "xlm-roberta" -> Kind.XLM_ROBERTA;
                    case "mbart" -> Kind.MBART;
                    default -> Kind.PLAIN;
                };
            default ->
                throw new TokenizerException("tokenizer: " + settings.directory() + " wants the class "
                        + settings.tokenizerClass() + ", which is not known with a SentencePiece model; save it with a"
                        + " tokenizer.json, or open the .model file itself for the bare pieces");
        };
    }

    Tokenizer tokenizer() {
        int[] ids = IntStream.range(0, model.size())
                .map(piece -> vocabulary.id(model.piece(piece)).orElse(unknown()))
                .toArray();
        var specials = new SpecialTokens(settings.splitsSpecialTokens() ? List.of() : List.copyOf(added.keySet()));
        var cut = new PieceTokenizer.Cut() {
            @Override
            public int[] ids(String text) {
                var out = IntStream.builder();
                for (Part part : parts(text, specials)) {
                    if (part.token()) {
                        out.add(vocabulary.id(part.text()).orElseThrow());
                    } else {
                        List<Piece> pieces = model.encode(part.before() + part.text());
                        pieces.subList(first(part), pieces.size()).forEach(piece -> out.add(ids[piece.id()]));
                    }
                }
                return out.build().toArray();
            }

            @Override
            public PlacedTokens locate(String text) {
                List<PlacedPiece> all = new ArrayList<>();
                for (Part part : parts(text, specials)) {
                    if (part.token()) {
                        int end = part.start() + part.text().length();
                        all.add(new PlacedPiece(vocabulary.id(part.text()).orElseThrow(), part.start(), end));
                    } else {
                        int shift = part.start() - part.before().length();
                        List<PlacedPiece> pieces = model.locate(part.before() + part.text());
                        pieces.subList(first(part), pieces.size())
                                .forEach(piece -> all.add(
                                        new PlacedPiece(ids[piece.id()], piece.start() + shift, piece.end() + shift)));
                    }
                }
                return new PlacedTokens(
                        all.stream().mapToInt(PlacedPiece::id).toArray(),
                        all.stream().mapToInt(PlacedPiece::start).toArray(),
                        all.stream().mapToInt(PlacedPiece::end).toArray());
            }
        };
        return new PieceTokenizer(vocabulary, cut, frame(), UnaryOperator.identity());
    }

    /** The first piece that is not of what stands before. */
    private int first(Part part) {
        return part.before().isEmpty() ? 0 : model.encode(part.before()).size();
    }

    private int unknown() {
        return vocabulary.id(model.piece(model.unknown())).orElse(model.unknown());
    }

    /** The four tokens of fairseq, then the pieces but for its own first one, then the mask. */
    private PieceVocabulary fairseqVocabulary() {
        var ids = new PieceVocabulary(model);
        for (int piece = 1; piece < model.size(); piece++) {
            if (!FAIRSEQ.contains(model.piece(piece))) {
                ids.put(piece + 1, model.piece(piece));
            }
        }
        for (int id = 0; id < FAIRSEQ.size(); id++) {
            PieceVocabulary.Kind role = id == 3 ? PieceVocabulary.Kind.UNKNOWN : PieceVocabulary.Kind.SPECIAL;
            ids.put(id, FAIRSEQ.get(id), role);
        }
        return ids;
    }

    private void addTokens() {
        Map<String, Integer> own = new HashMap<>();
        int next = vocabulary.size();
        switch (kind) {
            case T5 -> {
                int count = settings.option("extra_ids").asInt(SENTINELS);
                for (int i = 0; i < Math.min(count, 1 << 16); i++) {
                    own.put("<extra_id_" + i + ">", next + count - 1 - i);
                }
            }
            case MBART -> {
                for (String language : LANGUAGES) {
                    own.put(language, next + own.size());
                }
                own.put("<mask>", next + LANGUAGES.size());
            }
            case XLM_ROBERTA -> own.put("<mask>", next);
            case LLAMA, PLAIN -> {}
        }
        own.forEach((token, id) -> add(AddedToken.special(token), id));
        if (kind != Kind.PLAIN) {
            for (String token : List.of("<s>", "</s>", "<unk>", "<pad>")) {
                vocabulary.id(token).ifPresent(id -> added.put(token, AddedToken.special(token)));
            }
        }
        for (AddedToken token : settings.addedTokens()) {
            int id = vocabulary
                    .id(token.content())
                    .orElse(token.id() == AddedToken.UNSET ? vocabulary.size() : token.id());
            add(token, id);
        }
    }

    private void add(AddedToken token, int id) {
        if (token.content().isEmpty()) {
            return;
        }
        if (id < vocabulary.size()
                && !vocabulary.token(id).isEmpty()
                && !vocabulary.token(id).equals(token.content())) {
            throw new TokenizerException("tokenizer: the added token '" + token.content() + "' has the id " + id
                    + ", which is that of '" + vocabulary.token(id) + "'; correct " + settings.directory());
        }
        boolean unknown = id < vocabulary.size()
                && !vocabulary.token(id).isEmpty()
                && vocabulary.kind(id) == PieceVocabulary.Kind.UNKNOWN;
        if (!unknown) {
            vocabulary.put(
                    id, token.content(), token.special() ? PieceVocabulary.Kind.SPECIAL : PieceVocabulary.Kind.TEXT);
        }
        added.put(token.content(), token);
    }

    /**
     * A part of a text.
     *
     * @param start the {@code char} it begins at
     * @param token whether it is an added token
     * @param before what must stand before it while it is cut, so that it gets no blank of its own
     */
    private record Part(String text, int start, boolean token, String before) {}

    /** The text between added tokens is cut by itself, and gets its own first blank unless {@code legacy} is false. */
    private List<Part> parts(String text, SpecialTokens specials) {
        String mark = settings.flag("legacy", true) ? "" : model.piece(model.unknown());
        List<String> spelled = new ArrayList<>();
        specials.cut(text, spelled::add, spelled::add); // text, token, text, token, … text
        List<Part> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < spelled.size(); i++) {
            String whole = spelled.get(i);
            if (i % 2 == 1) {
                parts.add(new Part(whole, start, true, ""));
            } else {
                String part = i > 0 && flags(spelled.get(i - 1)).rstrip() ? whole.stripLeading() : whole;
                int stripped = whole.length() - part.length();
                part = i + 1 < spelled.size() && flags(spelled.get(i + 1)).lstrip() ? part.stripTrailing() : part;
                if (!part.isEmpty()) {
                    parts.add(new Part(part, start + stripped, false, i == 0 ? "" : mark));
                }
            }
            start += whole.length();
        }
        return parts;
    }

    private AddedToken flags(String token) {
        AddedToken flags = added.get(token);
        return flags == null ? AddedToken.special(token) : flags;
    }

    private Frame frame() {
        return switch (kind) {
            case PLAIN -> Frame.NONE;
            case LLAMA ->
                Frame.around(
                        settings.flag("add_bos_token", true) ? role("bos", "<s>") : new int[0],
                        settings.flag("add_eos_token", false) ? role("eos", "</s>") : new int[0]);
            case T5 -> Frame.around(new int[0], role("eos", "</s>"));
            case XLM_ROBERTA -> Frame.roberta(0, 2);
            case MBART -> {
                String language = settings.option("src_lang").asText("en_XX");
                int code = vocabulary
                        .id(language)
                        .orElseThrow(() -> new TokenizerException("tokenizer: src_lang " + language + " of "
                                + settings.directory() + " is none of " + LANGUAGES));
                yield Frame.around(new int[0], new int[] {2, code});
            }
        };
    }

    /** The token that plays a role, as the settings, the model or custom name it. */
    private int[] role(String role, String custom) {
        String name = settings.token(role + "_token").orElse(custom);
        OptionalInt id = vocabulary.id(name);
        id = id.isPresent() ? id : model.role(role);
        return id.isPresent() ? new int[] {id.getAsInt()} : new int[0];
    }
}
