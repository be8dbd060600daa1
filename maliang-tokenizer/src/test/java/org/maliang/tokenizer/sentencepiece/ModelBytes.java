package org.maliang.tokenizer.sentencepiece;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes small SentencePiece models for tests. */
public final class ModelBytes {
    private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    private final ByteArrayOutputStream trainer = new ByteArrayOutputStream();
    private final ByteArrayOutputStream normalizer = new ByteArrayOutputStream();

    /** Unigram (1) or BPE (2), with the unknown piece first. */
    public static ModelBytes ofType(int modelType) {
        var model = new ModelBytes();
        number(model.trainer, 3, modelType);
        return model;
    }

    public ModelBytes piece(String text, float score, int type) {
        var piece = new ByteArrayOutputStream();
        bytes(piece, 1, text.getBytes(UTF_8));
        varint(piece, 2 << 3 | 5);
        piece.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(score)
                .array());
        number(piece, 3, type);
        bytes(pieces, 1, piece.toByteArray());
        return this;
    }

    /** {@code <unk>}, {@code <s>}, {@code </s>}. */
    public ModelBytes usual() {
        return piece("<unk>", 0, 2).piece("<s>", 0, 3).piece("</s>", 0, 3);
    }

    public ModelBytes trainer(int field, int value) {
        number(trainer, field, value);
        return this;
    }

    public ModelBytes normalizer(int field, int value) {
        number(normalizer, field, value);
        return this;
    }

    public ModelBytes charsMap(byte[] map) {
        bytes(normalizer, 2, map);
        return this;
    }

    public byte[] bytes() {
        var model = new ByteArrayOutputStream();
        model.writeBytes(pieces.toByteArray());
        bytes(model, 2, trainer.toByteArray());
        bytes(model, 3, normalizer.toByteArray());
        return model.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int field, int value) {
        varint(out, (long) field << 3);
        varint(out, value);
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, (long) field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > 0x7F) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
