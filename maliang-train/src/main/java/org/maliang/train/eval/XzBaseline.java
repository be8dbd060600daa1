package org.maliang.train.eval;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;
import org.maliang.train.data.Document;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/**
 * Documents as {@code xz -9e} compresses them, each followed by a line feed: the baseline that knows no language. Its
 * encoder takes about 700 MB of heap.
 */
public final class XzBaseline {
    private static final int PRESET = 9;
    private static final int NICE_LENGTH = 273; // with presets up to 9, these two are what -e changes
    private static final int DEPTH = 512;

    private XzBaseline() {}

    /** The size of the compressed file. */
    public static CodeLength score(Stream<Document> documents) {
        return scoreAfter(Stream.empty(), documents);
    }

    /** How much longer the compressed file becomes when the documents stand behind the training text. */
    public static CodeLength scoreAfter(Stream<Document> training, Stream<Document> documents) {
        try {
            var file = new Size();
            var xz = new XZOutputStream(file, extreme(), XZ.CHECK_CRC64);
            long before = 0;
            if (write(training, xz).documents() > 0) {
                xz.flush();
                before = file.bytes;
            }
            var texts = write(documents, xz);
            xz.finish();
            return new CodeLength(8.0 * (file.bytes - before), 0, texts.documents(), texts.characters(), texts.bytes());
        } catch (IOException e) { // nothing is written anywhere: only the encoder itself could fail
            throw new UncheckedIOException(e);
        }
    }

    private static CodeLength write(Stream<Document> documents, OutputStream out) throws IOException {
        var written = CodeLength.ZERO;
        for (Iterator<Document> each = documents.iterator(); each.hasNext(); ) {
            String text = each.next().text();
            out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            written = written.plus(CodeLength.of(text, 0, 0));
        }
        return written;
    }

    private static LZMA2Options extreme() throws IOException {
        var options = new LZMA2Options(PRESET);
        options.setMode(LZMA2Options.MODE_NORMAL);
        options.setMatchFinder(LZMA2Options.MF_BT4);
        options.setNiceLen(NICE_LENGTH);
        options.setDepthLimit(DEPTH);
        return options;
    }

    /** Counts the bytes of a file that nobody needs. */
    private static final class Size extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            bytes += length;
        }
    }
}
