package org.maliang.tokenizer.sentencepiece;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.maliang.tokenizer.trie.Trie;

/**
 * A SentencePiece model of type Unigram or BPE (Kudo and Richardson 2018, arXiv:1808.06226). Cuts text into exactly the
 * pieces that the C++ library finds. Immutable.
 */
public final class SentencePiece {
    /** The largest model that is read, in bytes: several times that of a vocabulary of 250,000 pieces. */
    public static final int LARGEST = 32 << 20;

    private static final int UNIGRAM = 1;
    private static final int BPE = 2;
    private static final int BYTES = 256;

    private final PieceTable table;
    private final Normalizer normalizer;
    private final Cutter cutter;
    private final String unknownSurface;
    private final int[] bytePieces; // ids by byte; empty without byte fallback
    private final Map<String, String> names; // trainer_spec's names of the tokens bos, eos, unk and pad

    private SentencePiece(PieceTable table, Normalizer normalizer, Trainer trainer) throws IOException {
        this.table = table;
        this.normalizer = normalizer;
        this.cutter = switch (trainer.modelType) {
            case UNIGRAM -> new UnigramCutter(table);
            case BPE -> new PairCutter(table, normalizer);
            default ->
                throw new IOException("model type " + trainer.modelType + "; only Unigram (1) and BPE (2) are known");
        };
        this.unknownSurface = trainer.unknownSurface;
        this.names = Map.copyOf(trainer.names);
        this.bytePieces = trainer.byteFallback ? bytePieces(table) : new int[0];
    }

    /** What {@code trainer_spec} says that matters after training. */
    private static final class Trainer {
        private int modelType = UNIGRAM;
        private boolean byteFallback;
        private boolean suffix;
        private String unknownSurface = " \u2047 ";
        private final Map<String, String> names =
                new HashMap<>(Map.of("unk", "<unk>", "bos", "<s>", "eos", "</s>", "pad", "<pad>"));

        void read(ProtoReader in) throws IOException {
            for (int field = in.field(); field != 0; field = in.field()) {
                switch (field) {
                    case 3 -> modelType = in.integer();
                    case 24 -> suffix = in.bool();
                    case 35 -> byteFallback = in.bool();
                    case 44 -> unknownSurface = in.text();
                    case 45 -> names.put("unk", in.text());
                    case 46 -> names.put("bos", in.text());
                    case 47 -> names.put("eos", in.text());
                    case 48 -> names.put("pad", in.text());
                    default -> in.skip();
                }
            }
        }
    }

    /**
     * Reads the bytes of a {@code .model} file.
     *
     * @throws IOException if they are no such model, or one of another type
     */
    public static SentencePiece parse(byte[] model) throws IOException {
        if (model.length > LARGEST) {
            throw new IOException(model.length + " bytes are more than a model of this kind has");
        }
        var in = new ProtoReader(model);
        var table = new PieceTable();
        var trainer = new Trainer();
        var spec = new Normalizer.Spec();
        for (int field = in.field(); field != 0; field = in.field()) {
            switch (field) {
                case 1 -> table.read(in.message());
                case 2 -> trainer.read(in.message());
                case 3 -> spec.read(in.message());
                default -> in.skip();
            }
        }
        table.finish();
        return new SentencePiece(table, spec.normalizer(table.userDefined(), trainer.suffix), trainer);
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

    /** Cuts a text. A run of unknown characters is one piece with the id of the unknown one, unless bytes spell it. */
    public List<Piece> encode(String text) {
        byte[] normal = normalizer.normalize(text.getBytes(UTF_8));
        int[] cuts = cutter.cut(normal); // id, end, id, end …
        List<Piece> pieces = new ArrayList<>(cuts.length / 2);
        int start = 0;
        for (int i = 0; i < cuts.length; i += 2) {
            int id = cuts[i];
            int end = cuts[i + 1];
            if (table.type(id) != PieceType.UNKNOWN) {
                pieces.add(new Piece(id, new String(normal, start, end - start, UTF_8)));
            } else if (bytePieces.length > 0) {
                for (int at = start; at < end; at++) {
                    int piece = bytePieces[normal[at] & 0xFF];
                    pieces.add(new Piece(piece, table.text(piece)));
                }
            } else {
                while (i + 2 < cuts.length && table.type(cuts[i + 2]) == PieceType.UNKNOWN) {
                    i += 2;
                    end = cuts[i + 1];
                }
                pieces.add(new Piece(id, new String(normal, start, end - start, UTF_8)));
            }
            start = end;
        }
        return pieces;
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
        OptionalInt id = id(names.getOrDefault(role, ""));
        return id.isPresent() && type(id.getAsInt()) != PieceType.NORMAL ? id : OptionalInt.empty();
    }

    /** What decoding writes for the unknown piece. */
    public String unknownSurface() {
        return unknownSurface;
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
