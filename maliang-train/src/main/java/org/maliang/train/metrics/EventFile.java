package org.maliang.train.metrics;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.zip.CRC32C;

/**
 * Curves and texts for TensorBoard: a file {@code events.out.tfevents.<seconds>.<host>.<n>} of records, each an {@code
 * Event} message (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto).
 *
 * <p>Every process writes a file of its own; TensorBoard joins those of one directory and, where steps overlap, prefers the
 * later. Each record is handed to the system at once, so a killed process loses nothing and leaves at most one incomplete
 * record at the end, which readers ignore. For one thread.
 */
public final class EventFile implements AutoCloseable {
    private static final String VERSION = "brain.Event:2";
    private static final int CRC_MASK = 0xA282EAD8;
    private static final int STRING_TYPE = 7; // tensorflow/core/framework/types.proto
    private static final int FRAME = 16; // bytes around a record: length, its checksum, the checksum of the record

    private final Path file;
    private final FileChannel channel;
    private final Clock clock;

    private EventFile(Path file, FileChannel channel, Clock clock) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
    }

    /**
     * A new file in this directory, which is created where it is missing.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public static EventFile create(Path directory) {
        return create(directory, host(), Clock.systemUTC());
    }

    static EventFile create(Path directory, String host, Clock clock) {
        try {
            Files.createDirectories(directory);
            String name = "events.out.tfevents." + clock.instant().getEpochSecond() + "." + host + ".";
            int n = 0;
            while (true) {
                var file = directory.resolve(name + n);
                try {
                    var events = new EventFile(file, FileChannel.open(file, CREATE_NEW, APPEND), clock);
                    events.write(events.event().text(3, VERSION));
                    return events;
                } catch (FileAlreadyExistsException e) {
                    n++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path file() {
        return file;
    }

    /**
     * One point of a curve, stored as a float.
     *
     * @param tag the name of the curve; what stands before its first {@code /} groups curves
     */
    public void scalar(String tag, long step, double value) {
        summary(step, new ProtoMessage().text(1, tag).number(2, (float) value));
    }

    /** A text, which TensorBoard shows as Markdown. */
    public void text(String tag, long step, String text) {
        var plugin = new ProtoMessage().text(1, "text");
        var one = new ProtoMessage().integer(1, 1);
        var shape = new ProtoMessage().message(2, one); // [1]
        var tensor =
                new ProtoMessage().integer(1, STRING_TYPE).message(2, shape).text(8, text);
        var metadata = new ProtoMessage().message(1, plugin);
        summary(step, new ProtoMessage().text(1, tag).message(8, tensor).message(9, metadata));
    }

    /** Returns when everything is on the disk, safe from a power cut. */
    public void flush() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void summary(long step, ProtoMessage value) {
        write(event().integer(2, step).message(5, new ProtoMessage().message(1, value)));
    }

    private ProtoMessage event() {
        return new ProtoMessage().number(1, clock.millis() / 1e3);
    }

    /** tensorflow/core/lib/io/record_writer.h: length (8 bytes), its checksum (4), the record, its checksum (4). */
    private void write(ProtoMessage event) {
        byte[] record = event.bytes();
        var framed = ByteBuffer.allocate(FRAME + record.length).order(ByteOrder.LITTLE_ENDIAN);
        framed.putLong(record.length).putInt(maskedChecksum(framed.array(), 8));
        framed.put(record).putInt(maskedChecksum(record, record.length)).flip();
        try {
            while (framed.hasRemaining()) {
                channel.write(framed);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static int maskedChecksum(byte[] bytes, int length) {
        var checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return Integer.rotateRight((int) checksum.getValue(), 15) + CRC_MASK;
    }

    private UncheckedIOException failure(IOException e) {
        String reason = e.getMessage() == null ? "closed" : e.getMessage();
        return new UncheckedIOException(new FileSystemException(file.toString(), null, reason));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
