package org.maliang.tokenizer.sentencepiece;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a {@code .model} file holds (sentencepiece_model.proto), as far as it matters after training.
 *
 * @param pieces in the order of their ids
 * @param trainer how text is cut
 * @param normalizer what is done to text before
 */
public record SentencePieceModel(List<Entry> pieces, TrainerSpec trainer, NormalizerSpec normalizer) {
    /** The largest file that is read, in bytes: several times that of a vocabulary of 250,000 pieces. */
    public static final int LARGEST = 32 << 20;

    /**
     * A piece.
     *
     * @param text its spelling, with U+2581 for blanks
     * @param score the logarithm of its probability; of BPE, pieces with the highest are joined first
     */
    public record Entry(String text, float score, PieceType type) {}

    public SentencePieceModel {
        pieces = List.copyOf(pieces);
    }

    /**
     * Reads the bytes of a file.
     *
     * @throws IOException if they are no such model, or one of another type
     */
    public static SentencePieceModel parse(byte[] file) throws IOException {
        if (file.length > LARGEST) {
            throw new IOException(file.length + " bytes are more than a model of this kind has");
        }
        var in = new ProtoReader(file);
        List<Entry> pieces = new ArrayList<>();
        TrainerSpec trainer = TrainerSpec.of(false, false);
        NormalizerSpec normalizer = NormalizerSpec.usual();
        for (int field = in.field(); field != 0; field = in.field()) {
            switch (field) {
                case 1 -> pieces.add(entry(in.message(), pieces.size()));
                case 2 -> trainer = TrainerSpec.read(in.message());
                case 3 -> normalizer = NormalizerSpec.read(in.message());
                default -> in.skip();
            }
        }
        return new SentencePieceModel(pieces, trainer, normalizer);
    }

    private static Entry entry(ProtoReader in, int id) throws IOException {
        String text = "";
        float score = 0;
        int type = 1;
        for (int field = in.field(); field != 0; field = in.field()) {
            switch (field) {
                case 1 -> text = in.text();
                case 2 -> score = in.decimal();
                case 3 -> type = in.integer();
                default -> in.skip();
            }
        }
        Optional<PieceType> known = PieceType.of(type);
        if (known.isEmpty()) {
            throw new IOException("piece " + id + " is of type " + type);
        }
        return new Entry(text, score, known.get());
    }

    /** The bytes of such a file. */
    public byte[] bytes() {
        var out = new ProtoWriter();
        for (Entry piece : pieces) {
            out.message(
                    1,
                    new ProtoWriter()
                            .text(1, piece.text())
                            .decimal(2, piece.score())
                            .integer(3, piece.type().number()));
        }
        return out.message(2, trainer.write(pieces))
                .message(3, normalizer.write())
                .bytes();
    }

    /** The same with other pieces. */
    public SentencePieceModel withPieces(List<Entry> others) {
        return new SentencePieceModel(others, trainer, normalizer);
    }
}
