package org.maliang.tokenizer.sentencepiece;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.maliang.tokenizer.trie.Trie;

/**
 * A SentencePiece model of type Unigram or BPE (Kudo and Richardson 2018, arXiv:1808.06226). Cuts text into exactly the
 * pieces that the C++ library finds. Immutable.
 */
public final class SentencePiece {
    private static final int BYTES = 256;

    private final SentencePieceModel model;
    private final PieceTable table;
    private final Normalizer normalizer;
    private final Cutter cutter;
    private final int[] bytePieces; // ids by byte; empty without byte fallback

    private SentencePiece(SentencePieceModel model) throws IOException {
        TrainerSpec trainer = model.trainer();
        this.model = model;
        this.table = new PieceTable(model.pieces());
        this.normalizer = Normalizer.of(model.normalizer(), table.userDefined(), trainer.suffix());
        this.cutter = trainer.pairs() ? new PairCutter(table, normalizer) : new UnigramCutter(table);
        this.bytePieces = trainer.byteFallback() ? bytePieces(table) : new int[0];
    }

    /**
     * Makes a model ready to cut.
     *
     * @throws IOException if its pieces or its map of characters contradict themselves
     */
    public static SentencePiece of(SentencePieceModel model) throws IOException {
        return new SentencePiece(model);
    }

    /**
     * Reads the bytes of a {@code .model} file.
     *
     * @throws IOException if they are no such model, or one of another type
     */
    public static SentencePiece parse(byte[] file) throws IOException {
        return of(SentencePieceModel.parse(file));
    }

    /** What the file holds. */
    public SentencePieceModel model() {
        return model;
    }

    private static int[] bytePieces(PieceTable table) throws IOException {
        int[] ids = new int[BYTES];
        for (int b = 0; b < BYTES; b++) {
            String piece = String.format("<0x%02X>", b);
            ids[b] = table.id(piece);
            if (ids[b] == Trie.NONE || table.type(ids[b]) != PieceType.BYTE) {
                throw new IOException("byte fallback without the piece " + piece);
            }
        }
        return ids;
    }

    /** Takes pieces: the id, and the place in the normalised text. */
    @FunctionalInterface
    private interface Sink {
        void piece(int id, int start, int end);
    }

    /** Cuts a text. A run of unknown characters is one piece with the id of the unknown one, unless bytes spell it. */
    public List<Piece> encode(String text) {
        byte[] normal = normalizer.normalize(text.getBytes(UTF_8));
        List<Piece> pieces = new ArrayList<>();
        cut(normal, (id, start, end) -> {
            boolean spelled = table.type(id) == PieceType.BYTE;
            pieces.add(new Piece(id, spelled ? table.text(id) : new String(normal, start, end - start, UTF_8)));
        });
        return pieces;
    }

    /** The same pieces with their places in the text, which must have no half surrogate pairs. */
    public List<PlacedPiece> locate(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        int[] chars = new int[bytes.length + 1]; // where the character of a byte begins
        int at = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int length = Normalizer.characterLength(bytes, at);
            Arrays.fill(chars, at, at + length, i);
            at += length;
        }
        chars[at] = text.length();
        var trace = new Trace.Places();
        byte[] normal = normalizer.normalize(bytes, trace);
        List<PlacedPiece> pieces = new ArrayList<>();
        cut(
                normal,
                (id, start, end) ->
                        pieces.add(new PlacedPiece(id, chars[trace.from(start)], chars[trace.to(end - 1)])));
        return pieces;
    }

    private void cut(byte[] normal, Sink sink) {
        int[] cuts = cutter.cut(normal); // id, end, id, end …
        int start = 0;
        for (int i = 0; i < cuts.length; i += 2) {
            int id = cuts[i];
            int end = cuts[i + 1];
            if (table.type(id) != PieceType.UNKNOWN) {
                sink.piece(id, start, end);
            } else if (bytePieces.length > 0) {
                for (int at = start; at < end; at++) {
                    sink.piece(bytePieces[normal[at] & 0xFF], at, at + 1);
                }
            } else {
                while (i + 2 < cuts.length && table.type(cuts[i + 2]) == PieceType.UNKNOWN) {
                    i += 2;
                    end = cuts[i + 1];
                }
                sink.piece(id, start, end);
            }
            start = end;
        }
    }

    /** How many pieces there are; ids are smaller. */
    public int size() {
        return table.size();
    }

    /** How a piece is spelled, with U+2581 for blanks. */
    public String piece(int id) {
        return table.text(id);
    }

    public PieceType type(int id) {
        return table.type(id);
    }

    /** The id of a piece that is spelled so. */
    public OptionalInt id(String piece) {
        int id = table.id(piece);
        return id == Trie.NONE ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The id for what is not known. */
    public int unknown() {
        return table.unknown();
    }

    /** The id of the piece with the role {@code bos}, {@code eos}, {@code unk} or {@code pad}, if the model has one. */
    public OptionalInt role(String role) {
        OptionalInt id = id(model.trainer().names().getOrDefault(role, ""));
        return id.isPresent() && type(id.getAsInt()) != PieceType.NORMAL ? id : OptionalInt.empty();
    }

    /** What decoding writes for the unknown piece. */
    public String unknownSurface() {
        return model.trainer().unknownSurface();
    }

    /** Whether the blank that a text begins with after encoding is no part of it. */
    public boolean dropsFirstBlank() {
        return normalizer.dummyPrefix() || normalizer.removeExtraBlanks();
    }

    /** Whether all blanks that a text begins with go, not only the first. */
    public boolean dropsAllFirstBlanks() {
        return normalizer.removeExtraBlanks();
    }

    /** One byte a char, for trees over bytes. */
    static String byteString(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }
}
