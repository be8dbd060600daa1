package org.maliang.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * CRC-32C of a tensor: its name, dtype and shape as the header has them, then its data. It lies in the header's metadata
 * as {@code crc32c.NAME = 8 hexadecimal digits}, which other readers ignore.
 */
final class Checksum {
    static final String PREFIX = "crc32c.";
    static final String UNKNOWN = "00000000";

    private final CRC32C crc = new CRC32C();

    Checksum(TensorInfo tensor) {
        String identity = tensor.name() + "\n" + tensor.dtype().safetensorsName() + tensor.shape();
        crc.update(identity.getBytes(StandardCharsets.UTF_8));
    }

    void update(ByteBuffer data) {
        crc.update(data);
    }

    String hex() {
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    static boolean wanted(Map<String, String> metadata) {
        return SafeTensors.CHECKSUM.getValue().equals(metadata.get(SafeTensors.CHECKSUM.getKey()));
    }

    /** The metadata without sums: those of an earlier file say nothing of the next. */
    static Map<String, String> without(Map<String, String> metadata) {
        var rest = new LinkedHashMap<>(metadata);
        rest.keySet().removeIf(key -> key.startsWith(PREFIX));
        return rest;
    }
}
