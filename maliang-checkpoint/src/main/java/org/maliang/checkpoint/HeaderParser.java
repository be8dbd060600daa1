package org.maliang.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maliang.tensor.DType;

/** Streams the JSON of a safetensors header into {@link TensorInfo}s; every entry is checked by itself. */
final class HeaderParser {
    static final String METADATA = "__metadata__";

    private static final JsonFactory FACTORY = Json.factory(3);
    private static final int MOST_DIMENSIONS = 64;
    private static final String REMEDY = "it is damaged or not safetensors: copy or download it again";

    private final Path file;
    private final long dataStart;
    private final List<TensorInfo> tensors = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    HeaderParser(Path file, long dataStart) {
        this.file = file;
        this.dataStart = dataStart;
    }

    List<TensorInfo> tensors() {
        return tensors;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    void parse(byte[] json) throws IOException {
        var strictUtf8 = StandardCharsets.UTF_8.newDecoder();
        try (var parser = FACTORY.createParser(new InputStreamReader(new ByteArrayInputStream(json), strictUtf8))) {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "not a JSON object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                expect(StandardCharsets.UTF_8.newEncoder().canEncode(name), "half a surrogate pair in a name");
                expect(parser.nextToken() == JsonToken.START_OBJECT, quoted(name) + " is not an object");
                if (name.equals(METADATA)) {
                    readMetadata(parser);
                } else {
                    tensors.add(readTensor(name, parser));
                }
            }
            expect(parser.nextToken() == null, "text behind the closing brace");
        } catch (JsonProcessingException e) {
            throw invalid("the header " + Json.problem(e), e);
        }
    }

    private void readMetadata(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            expect(parser.nextToken() == JsonToken.VALUE_STRING, "metadata " + quoted(key) + " is not a string");
            metadata.put(key, parser.getText());
        }
    }

    private TensorInfo readTensor(String name, JsonParser parser) throws IOException {
        String type = "";
        List<Long> shape = List.of();
        List<Long> range = List.of();
        var seen = new HashSet<String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            seen.add(key);
            switch (key) {
                case "dtype" -> {
                    expect(value == JsonToken.VALUE_STRING, "dtype of " + quoted(name) + " is not a string");
                    type = parser.getText();
                }
                case "shape" -> shape = integers(name, parser);
                case "data_offsets" -> range = integers(name, parser);
                default -> expect(false, quoted(name) + " has an unknown key " + quoted(key));
            }
        }
        expect(seen.size() == 3, quoted(name) + " lacks dtype, shape or data_offsets");
        return checked(name, dtype(name, type), shape, range);
    }

    private List<Long> integers(String name, JsonParser parser) throws IOException {
        expect(parser.currentToken() == JsonToken.START_ARRAY, "shape or offsets of " + quoted(name) + " are no list");
        var numbers = new ArrayList<Long>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean integer = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            expect(integer, "shape or offsets of " + quoted(name) + " are not 64-bit integers");
            expect(parser.getLongValue() >= 0, "shape or offsets of " + quoted(name) + " are negative");
            expect(
                    numbers.size() < MOST_DIMENSIONS,
                    quoted(name) + " has more than " + MOST_DIMENSIONS + " dimensions");
            numbers.add(parser.getLongValue());
        }
        return numbers;
    }

    private TensorInfo checked(String name, DType dtype, List<Long> shape, List<Long> range) {
        expect(range.size() == 2, "data_offsets of " + quoted(name) + " are not two numbers");
        long begin = range.get(0);
        long length = range.get(1) - begin;
        boolean fits = length >= 0 && begin <= Long.MAX_VALUE - dataStart - length;
        expect(fits, "data_offsets of " + quoted(name) + " are no byte range");
        long bytes = bytes(name, dtype, shape);
        expect(
                bytes == length,
                "%s: %s %s needs %d bytes but its data has %d".formatted(quoted(name), dtype, shape, bytes, length));
        return new TensorInfo(name, dtype, shape, dataStart + begin, length);
    }

    /** Size of the data; refuses shapes whose strides would overflow, even when one dimension is zero. */
    private long bytes(String name, DType dtype, List<Long> shape) {
        try {
            long strides = dtype.bytes();
            for (long size : shape) {
                strides = Math.multiplyExact(strides, Math.max(size, 1));
            }
            return shape.contains(0L) ? 0 : strides;
        } catch (ArithmeticException e) {
            throw invalid("header: shape of " + quoted(name) + " is too large: " + shape, e);
        }
    }

    private DType dtype(String name, String type) {
        for (var dtype : DType.values()) {
            if (dtype.safetensorsName().equals(type)) {
                return dtype;
            }
        }
        String what = "tensor " + quoted(name) + " has dtype " + quoted(type) + ", which is not supported";
        throw new CheckpointException(file, what, "convert it to F32, F16 or BF16 first");
    }

    private void expect(boolean condition, String what) {
        if (!condition) {
            throw new CheckpointException(file, "header: " + what, REMEDY);
        }
    }

    private CheckpointException invalid(String what, Exception cause) {
        return new CheckpointException(file, what, REMEDY, cause);
    }

    private static String quoted(String text) {
        return CheckpointException.quote(text);
    }
}
