package org.maliang.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * Loads the tokenizers library out of the DJL jar. DJL's own loader costs 200 ms a start (it looks for CUDA and may
 * download); unpacking once and loading the file costs 2 ms.
 */
final class NativeLibrary {
    private static final String ROOT = "/native/lib/";

    private NativeLibrary() {}

    /** The library, loaded on first use. */
    static TokenizersLibrary library() {
        return Holder.LIBRARY;
    }

    private static final class Holder {
        static final TokenizersLibrary LIBRARY = load();
    }

    private static TokenizersLibrary load() {
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        try {
            Path directory = cache().resolve("tokenizers-" + version() + "-" + platform);
            for (String file : files(platform)) {
                System.load(unpack(ROOT + platform + "/cpu/" + file, directory.resolve(file)));
            }
            return TokenizersLibrary.LIB;
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new TokenizerException(
                    "tokenizer: the native library for " + platform + " does not load (" + e.getMessage()
                            + "); supported are Linux x86-64 and aarch64 with glibc, macOS on Apple silicon, Windows x86-64",
                    e);
        }
    }

    static String platform(String os, String arch) {
        String name = os.toLowerCase(Locale.ROOT);
        String system = name.startsWith("mac") ? "osx" : name.startsWith("windows") ? "win" : "linux";
        return system + "-" + ("amd64".equals(arch) ? "x86_64" : arch);
    }

    private static List<String> files(String platform) {
        if (platform.startsWith("win")) {
            return List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll");
        }
        return List.of(platform.startsWith("osx") ? "libtokenizers.dylib" : "libtokenizers.so");
    }

    private static String version() throws IOException {
        try (InputStream in = resource(ROOT + "tokenizers.properties")) {
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        }
    }

    /** The per-user cache, or a new private directory where the home cannot be written. */
    private static Path cache() throws IOException {
        Path home = Path.of(System.getProperty("user.home", ""), ".cache", "maliang");
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            return Files.createTempDirectory("maliang");
        }
        return Files.isWritable(home) ? home : Files.createTempDirectory("maliang");
    }

    private static String unpack(String resource, Path file) throws IOException {
        if (!Files.exists(file)) {
            Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
            Path temporary = Files.createTempFile(directory, "unpack", ".tmp");
            try (InputStream in = resource(resource)) {
                Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
        return file.toAbsolutePath().toString();
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = TokenizersLibrary.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("no " + name + " in the tokenizers jar");
        }
        return in;
    }
}
