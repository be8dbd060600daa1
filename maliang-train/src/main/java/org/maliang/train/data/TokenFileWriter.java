package org.maliang.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Tokenises a corpus into a {@link TokenFile}, unless the file on disk was made from the same things. */
public final class TokenFileWriter {
    private static final int BATCH_CHARACTERS = 1 << 22; // of text tokenised at once
    private static final int PIECE_CHARACTERS = 1 << 20; // longer documents are tokenised in pieces cut after a newline
    private static final int U16_VOCABULARY = 1 << 16;

    private final Source source;
    private final Progress progress;

    /** Turns texts into token ids, in parallel where it can: {@code tokenizer::encodeAll}. */
    @FunctionalInterface
    public interface Encoder {
        List<int[]> encodeAll(List<String> texts);
    }

    /**
     * The tokenizer's side.
     *
     * @param vocabulary number of ids, decides between 2 and 4 bytes a token
     * @param separator id of {@code <|endoftext|>}, written before every document
     * @param fingerprint changes when the tokenizer does
     */
    public record Encoding(Encoder encoder, int vocabulary, int separator, String fingerprint) {}

    /**
     * What a token file is made from.
     *
     * @param transform a name known to {@link DocumentTransform#named}
     */
    public record Source(Corpus corpus, String transform, Encoding encoding) {
        /** SHA-256 in hex over names, sizes and times of the files, the cut, the transform and the tokenizer. */
        public String fingerprint() {
            var digest = sha256();
            for (var file : corpus.files()) {
                try {
                    add(
                            digest,
                            file.toAbsolutePath().normalize() + "|" + Files.size(file) + "|"
                                    + Files.getLastModifiedTime(file).toMillis());
                } catch (IOException e) {
                    throw new DataException(file + ": cannot be read (" + e.getMessage() + ")", e);
                }
            }
            add(digest, corpus.split() + "|" + transform + "|" + encoding.separator());
            add(digest, encoding.fingerprint());
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    /** Hears how far the work is; called after every batch of documents. */
    @FunctionalInterface
    public interface Progress {
        void at(long documents, long tokens);
    }

    public TokenFileWriter(Source source, Progress progress) {
        this.source = source;
        this.progress = progress;
    }

    /**
     * Opens {@code target} if it is current, else builds it (beside it, then renamed, so that a half-made file never
     * has its name).
     *
     * @throws DataException if the corpus is empty or unreadable, or the disk is full
     */
    public TokenFile prepare(Path target) {
        var fingerprint = source.fingerprint();
        var present = TokenFile.readHeader(target);
        if (present.isEmpty() || !present.get().fingerprint().equals(fingerprint)) {
            build(target, fingerprint);
        }
        return TokenFile.open(target);
    }

    private void build(Path target, String fingerprint) {
        var temporary = target.resolveSibling(
                target.getFileName() + ".tmp-" + ProcessHandle.current().pid());
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            try {
                write(temporary, fingerprint);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (AtomicMoveNotSupportedException e) {
            throw new DataException(
                    target + ": this file system cannot rename atomically; choose another data.cache", e);
        } catch (IOException e) {
            throw new DataException(
                    target + ": cannot be written (" + e.getMessage() + "); free space on the disk or "
                            + "choose another data.cache",
                    e);
        }
    }

    private void write(Path file, String fingerprint) throws IOException {
        int width = source.encoding().vocabulary() <= U16_VOCABULARY ? 2 : 4;
        try (var channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                var documents = documents()) {
            channel.position(TokenFile.HEADER);
            var counts = new Counts();
            var batch = new ArrayList<String>();
            long pending = 0;
            for (var all = documents.iterator(); all.hasNext(); ) {
                var text = all.next().text();
                batch.add(text);
                pending += text.length();
                if (pending >= BATCH_CHARACTERS || !all.hasNext()) {
                    flush(channel, batch, width, counts);
                    batch.clear();
                    pending = 0;
                }
            }
            if (counts.documents == 0) {
                throw new DataException(source.corpus().files() + ": no documents; the corpus is empty");
            }
            var header = new TokenFile.Header(
                    width, counts.tokens, counts.documents, counts.characters, counts.bytes, fingerprint);
            channel.write(header.encode(), 0);
            channel.force(true);
        }
    }

    private Stream<Document> documents() {
        var transform = DocumentTransform.named(source.transform());
        return source.corpus()
                .documents()
                .flatMap(transform::apply)
                .filter(d -> !d.text().isEmpty());
    }

    private void flush(FileChannel channel, List<String> texts, int width, Counts counts) throws IOException {
        var pieces = new ArrayList<String>();
        var firsts = new ArrayList<Boolean>(); // whether a piece begins a document
        for (var text : texts) {
            counts.add(text);
            for (int start = 0, end; start < text.length(); start = end) {
                end = pieceEnd(text, start);
                pieces.add(text.substring(start, end));
                firsts.add(start == 0);
            }
        }
        var encoded = source.encoding().encoder().encodeAll(pieces);
        long size = encoded.stream().mapToLong(ids -> ids.length).sum() + texts.size();
        var buffer = ByteBuffer.allocate(Math.toIntExact(size * width)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < encoded.size(); i++) {
            if (firsts.get(i)) {
                put(buffer, source.encoding().separator(), width);
            }
            for (int id : encoded.get(i)) {
                put(buffer, id, width);
            }
        }
        counts.tokens += size;
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        progress.at(counts.documents, counts.tokens);
    }

    private static int pieceEnd(String text, int start) {
        if (text.length() - start <= PIECE_CHARACTERS) {
            return text.length();
        }
        int newline = text.lastIndexOf('\n', start + PIECE_CHARACTERS - 1);
        if (newline > start) {
            return newline + 1;
        }
        int end = start + PIECE_CHARACTERS;
        return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
    }

    private static void put(ByteBuffer buffer, int id, int width) {
        if (width == 2) {
            buffer.putShort((short) id);
        } else {
            buffer.putInt(id);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, String part) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static final class Counts {
        long tokens;
        long documents;
        long characters;
        long bytes;

        void add(String text) {
            documents++;
            characters += text.codePointCount(0, text.length());
            bytes += text.getBytes(StandardCharsets.UTF_8).length;
        }
    }
}
