package org.maliang.checkpoint.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Fetches one file: into an unfinished file that a later call continues, compared with its digest, then renamed.
 *
 * @param http the server
 * @param progress hears of every piece
 */
record Download(Http http, Hub.Progress progress) {
    private static final int CHUNK = 1 << 20;
    private static final int ATTEMPTS = 5;

    /** Makes {@code target} hold the file; several processes may try at once. */
    void fetch(RemoteFile file, Path partial, Path target) {
        try {
            Files.createDirectories(partial.getParent());
            Files.createDirectories(target.getParent());
            try (FileChannel channel = FileChannel.open(
                            partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (Files.exists(target)) { // another process was faster
                    Files.deleteIfExists(partial);
                    return;
                }
                receive(file, channel);
                verify(file, channel, partial);
                channel.force(true);
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new HubException(
                    "cannot fetch " + file.path() + " from " + file.uri().getHost() + ": " + e.getMessage()
                            + "; try again, it goes on where it stopped",
                    e);
        }
    }

    private void receive(RemoteFile file, FileChannel channel) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                attempt(file, channel);
                return;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    private void attempt(RemoteFile file, FileChannel channel) throws IOException {
        long have = channel.size();
        if (file.size() >= 0 && have == file.size()) {
            return;
        }
        if (file.size() >= 0 && have > file.size()) {
            channel.truncate(0);
            have = 0;
        }
        try (Http.Answer answer = http.ask("GET", file.uri(), have)) {
            if (answer.status() != 206) { // the server starts from the beginning, or what we have is too long
                channel.truncate(0);
                have = 0;
            }
            if (answer.status() == 416) {
                throw new IOException("the server has a shorter file than was begun");
            }
            channel.position(have);
            copy(file, answer.body(), channel);
        }
        if (file.size() >= 0 && channel.size() != file.size()) {
            throw new IOException("the connection ended after " + channel.size() + " of " + file.size() + " bytes");
        }
    }

    private void copy(RemoteFile file, InputStream body, FileChannel channel) throws IOException {
        byte[] bytes = new byte[CHUNK];
        for (int count = body.read(bytes); count >= 0; count = body.read(bytes)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (file.size() >= 0 && channel.position() > file.size()) {
                throw new IOException("the server sends more than the " + file.size() + " bytes it lists");
            }
            progress.at(file.path(), channel.position(), Math.max(0, file.size()));
        }
    }

    private static void verify(RemoteFile file, FileChannel channel, Path partial) throws IOException {
        if (!file.digest().known()) {
            return;
        }
        MessageDigest hash = file.digest().begin(channel.size());
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        channel.position(0);
        while (channel.read(buffer) >= 0) {
            hash.update(buffer.flip());
            buffer.clear();
        }
        String found = HexFormat.of().formatHex(hash.digest());
        if (!found.equals(file.digest().hex())) {
            Files.deleteIfExists(partial);
            throw new HubException(
                    file.path() + " from " + file.uri().getHost() + " has checksum " + found + " instead of "
                            + file.digest().hex() + ": it was damaged on its way and is thrown away; fetch it again");
        }
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(500L << attempt);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException("interrupted; try again, it goes on where it stopped", e);
        }
    }
}
