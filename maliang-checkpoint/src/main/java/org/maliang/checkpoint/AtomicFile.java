package org.maliang.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file so that at any moment either the old or the whole new content is there under its name. */
public final class AtomicFile {

    /** Produces the content. */
    public interface Body {
        void writeTo(FileChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /** Writes beside the target, flushes to the disk, renames; removes what it wrote when anything fails. */
    public static void write(Path file, Body body) {
        Path target = file.toAbsolutePath();
        // One name per target, so that what a killed process left behind is overwritten by the next.
        Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
        try {
            try {
                Files.createDirectories(target.getParent());
                writeSynced(temporary, body);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                sync(target.getParent());
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw CheckpointException.writing(file, e);
        }
    }

    /** Writes the file in place and flushes it to the disk. */
    static void writeSynced(Path file, Body body) throws IOException {
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            body.writeTo(channel);
            channel.force(true);
        }
    }

    /** Flushes a directory's entries; Windows has no such operation and needs none. */
    static void sync(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
