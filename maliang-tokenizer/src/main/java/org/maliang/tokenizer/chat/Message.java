package org.maliang.tokenizer.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One turn of a conversation. Besides {@code role} and {@code content}, templates look for fields such as
 * {@code tool_calls} or {@code reasoning_content}.
 *
 * @param fields values are strings, numbers, booleans, lists and maps of those
 */
public record Message(Map<String, Object> fields) {
    public Message {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** A turn with plain text; the role is usually {@code system}, {@code user} or {@code assistant}. */
    public static Message of(String role, String content) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", role);
        fields.put("content", content);
        return new Message(fields);
    }

    /** The same turn with one more field. */
    public Message with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(field, value);
        return new Message(more);
    }
}
