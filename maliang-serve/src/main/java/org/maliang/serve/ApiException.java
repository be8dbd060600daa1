package org.maliang.serve;

import java.time.Duration;
import java.util.Optional;

/** What a client is told instead of an answer, in OpenAI's terms. The message says what is wrong and what to do. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;
    private final String code;
    private final transient Optional<String> field;
    private final transient Optional<Duration> wait;

    private ApiException(
            int status, String type, String code, String message, Optional<String> field, Optional<Duration> wait) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.field = field;
        this.wait = wait;
    }

    /** 400: the request as a whole cannot be. */
    public static ApiException badRequest(String message) {
        return new ApiException(
                400, "invalid_request_error", "invalid_request", message, Optional.empty(), Optional.empty());
    }

    /** 400: the value of a field cannot be. */
    public static ApiException badField(String field, String message) {
        return new ApiException(
                400, "invalid_request_error", "invalid_value", message, Optional.of(field), Optional.empty());
    }

    /** 400: a word list forbids the text. */
    public static ApiException forbiddenText(String message) {
        return new ApiException(
                400, "invalid_request_error", "content_filter", message, Optional.empty(), Optional.empty());
    }

    /** 401. */
    public static ApiException unknownKey(String message) {
        return new ApiException(
                401, "authentication_error", "invalid_api_key", message, Optional.empty(), Optional.empty());
    }

    /** 404. */
    public static ApiException notFound(String message) {
        return new ApiException(404, "invalid_request_error", "not_found", message, Optional.empty(), Optional.empty());
    }

    /** 404: there is no model of that name here. */
    public static ApiException unknownModel(String message) {
        return new ApiException(
                404, "invalid_request_error", "model_not_found", message, Optional.of("model"), Optional.empty());
    }

    /** 408: it took too long. */
    public static ApiException tooLong(String message) {
        return new ApiException(408, "server_error", "timeout", message, Optional.empty(), Optional.empty());
    }

    /** 408: the request itself took too long to come. */
    public static ApiException tooSlow() {
        return new ApiException(
                408,
                "invalid_request_error",
                "request_too_slow",
                "the body of the request came too slowly: send it at once",
                Optional.empty(),
                Optional.empty());
    }

    /**
     * 413.
     *
     * @param most how many bytes there may be
     */
    public static ApiException tooLarge(int most) {
        return new ApiException(
                413,
                "invalid_request_error",
                "request_too_large",
                "the body of the request is larger than the " + most + " bytes that this server takes",
                Optional.empty(),
                Optional.empty());
    }

    /** 429: too many at once, or too often. */
    public static ApiException tooMany(String message, Duration wait) {
        return new ApiException(
                429, "rate_limit_error", "rate_limit_exceeded", message, Optional.empty(), Optional.of(wait));
    }

    /** 500. */
    public static ApiException failed(String message) {
        return new ApiException(500, "server_error", "internal_error", message, Optional.empty(), Optional.empty());
    }

    /** 503: the server is about to stop. */
    public static ApiException closing() {
        return new ApiException(
                503,
                "server_error",
                "shutting_down",
                "the server is about to stop: send the request to another one",
                Optional.empty(),
                Optional.empty());
    }

    /** Another status, of one of HTTP's own reasons. */
    public static ApiException of(int status, String message) {
        String type = status < 500 ? "invalid_request_error" : "server_error";
        return new ApiException(status, type, "http_" + status, message, Optional.empty(), Optional.empty());
    }

    /** HTTP's status. */
    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    public String code() {
        return code;
    }

    /** The field of the request that is wrong. */
    public Optional<String> field() {
        return field;
    }

    /** How long to wait before trying again. */
    public Optional<Duration> waiting() {
        return wait;
    }
}
