package org.maliang.checkpoint.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * What a file's content must hash to, as hubs say it.
 *
 * @param hex in lower case; empty where nothing is known
 */
record Digest(Kind kind, String hex) {

    enum Kind {
        SHA_256,
        /** SHA-1 of {@code blob <size>\0} and the content. */
        GIT,
        /** An entity tag that is no hash of the content, or nothing at all. */
        UNKNOWN
    }

    /** From an entity tag or a field of a listing: hashes are told by their length. */
    static Digest of(String text) {
        String hex = text.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT);
        if (hex.matches("[0-9a-f]{64}")) {
            return new Digest(Kind.SHA_256, hex);
        }
        return hex.matches("[0-9a-f]{40}") ? new Digest(Kind.GIT, hex) : new Digest(Kind.UNKNOWN, "");
    }

    /** A hash that takes the content of a file of {@code size} bytes. */
    MessageDigest begin(long size) {
        try {
            MessageDigest hash = MessageDigest.getInstance(kind == Kind.GIT ? "SHA-1" : "SHA-256");
            if (kind == Kind.GIT) {
                hash.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            return hash;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1 and SHA-256", e);
        }
    }

    boolean known() {
        return kind != Kind.UNKNOWN;
    }
}
