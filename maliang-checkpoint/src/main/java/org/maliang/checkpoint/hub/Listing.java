package org.maliang.checkpoint.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;

/** Reads what a server says about a model. */
final class Listing {
    private static final int LONGEST = 16 << 20;
    private static final JsonMapper MAPPER = new JsonMapper();

    private Listing() {}

    static JsonNode read(Http http, URI address) {
        try (Http.Answer answer = http.ask("GET", address, 0)) {
            byte[] body = answer.body().readNBytes(LONGEST);
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new HubException(address + " does not answer in JSON: check the endpoint", e);
        } catch (IOException e) {
            throw new HubException(
                    "cannot reach " + address.getHost() + " (" + e + "); check the network, set a mirror"
                            + " (HF_ENDPOINT), or put the model's files into a directory and name that",
                    e);
        }
    }

    static String text(JsonNode node, String key, URI address) {
        JsonNode value = node.path(key);
        if (!value.isTextual()) {
            throw new HubException(address + " lacks \"" + key + "\": check the endpoint");
        }
        return value.asText();
    }

    /** An address with the characters that addresses do not allow escaped. */
    static URI path(String path) {
        try {
            return new URI(null, null, path, null);
        } catch (URISyntaxException e) {
            throw new HubException("\"" + path + "\" is no path", e);
        }
    }
}
