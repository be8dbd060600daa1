package org.maliang.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Requests that are nearly right: the same seed makes the same ones. */
final class Mutations {

    private static final List<String> TEXTS = List.of(
            "", "月", "x", "\0", "\uD800", "\uFFFF", "😀", "<|endoftext|>", "明月".repeat(3000), "-1", "true", "[a");
    private static final double[] NUMBERS = {
        0, 1, -1, 2, 3, 0.5, 7, 100, 299, 300, 1e9, 2147483647, -2147483648, 4294967296.0, 1e308, 1e-308
    };
    private static final List<String> REQUESTS = List.of(
            "{'model':'tiny-chat','prompt':'床前','max_tokens':3,'min_tokens':1,'temperature':0.9,'top_p':0.9,'top_k':40,"
                    + "'min_p':0.01,'typical_p':0.9,'seed':7,'n':2,'stop':['月','霜'],'logit_bias':{'3':-1},'user':'u'}",
            "{'prompt':['床前',[3,4,5]],'max_tokens':2,'echo':true,'logprobs':2,'repetition_penalty':1.1,"
                    + "'presence_penalty':0.1,'frequency_penalty':0.1,'no_repeat_ngram_size':3}",
            "{'prompt':'床','max_tokens':2,'best_of':3,'stream':true,'stream_options':{'include_usage':true}}",
            "{'prompt':'床','max_tokens':3,'beams':2,'beam_groups':2,'diversity_penalty':0.5,'length_penalty':1.1}",
            "{'prompt':'床','max_tokens':3,'penalty_alpha':0.6,'top_k':4}",
            "{'prompt':'床','max_tokens':4,'regex':'[明月]{2}a*'}",
            "{'prompt':'床','max_tokens':4,'choice':['明月','故乡'],'vote':4}",
            "{'prompt':'床','max_tokens':9,'json_schema':{'type':'object','properties':{'a':{'type':'integer'},"
                    + "'b':{'type':'array','items':{'enum':['x','y']},'maxItems':2}},'required':['a']}}",
            "{'prompt':'江南','form':'五言绝句','acrostic':'明','max_tokens':4}",
            "{'messages':[{'role':'system','content':'s'},{'role':'user','content':[{'type':'text','text':'床'}]}],"
                    + "'max_completion_tokens':3,'logprobs':true,'top_logprobs':2,'response_format':"
                    + "{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'string','maxLength':3}}}}",
            "{'messages':[{'role':'user','content':'床'}],'max_tokens':3,'stream':true,'tools':[]}",
            "{'input':['床前','明月'],'encoding_format':'base64','dimensions':5}",
            "{'input':['床前',{'messages':[{'role':'user','content':'明月'}]},{'text':'霜','system':'s','history':[['月','光']]}],"
                    + "'parameters':{'max_tokens':2,'temperature':0.9,'seed':3,'stop':['月'],'n':1}}");
    private static final String[] PATHS = {"/v1/completions", "/v1/chat/completions", "/v1/embeddings", "/call"};

    private final Random random;

    /** A request to send. */
    record Case(String path, byte[] body) {}

    Mutations(long seed) {
        this.random = new Random(seed);
    }

    Case next() {
        int which = random.nextInt(REQUESTS.size());
        String path = PATHS[which < 9 ? 0 : which < 11 ? 1 : which - 9];
        ObjectNode request = Caller.json(REQUESTS.get(which));
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            change(request);
        }
        byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(5) == 0) {
            body = damage(body);
        }
        return new Case(random.nextInt(50) == 0 ? PATHS[random.nextInt(PATHS.length)] : path, body);
    }

    private void change(JsonNode within) {
        List<JsonNode> places = new ArrayList<>();
        collect(within, places);
        JsonNode place = places.get(random.nextInt(places.size()));
        if (place instanceof ObjectNode object) {
            changeOne(object);
        } else if (place instanceof ArrayNode array) {
            int at = random.nextInt(array.size() + 1);
            switch (random.nextInt(3)) {
                case 0 -> array.insert(at, junk(2));
                case 1 -> array.remove(at);
                default -> array.add(junk(1));
            }
        }
    }

    private void changeOne(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = names.isEmpty() ? "a" : names.get(random.nextInt(names.size()));
        switch (random.nextInt(8)) {
            case 0 -> object.remove(name);
            case 1 -> object.set(name + text(), junk(1));
            case 2 -> object.set(text(), junk(2));
            case 3 -> {
                JsonNode value = object.path(name).deepCopy();
                object.putArray(name).add(value.isMissingNode() ? junk(0) : value);
            }
            default -> object.set(name, junk(3));
        }
    }

    private static void collect(JsonNode node, List<JsonNode> places) {
        if (node.isContainerNode()) {
            places.add(node);
            node.forEach(child -> collect(child, places));
        }
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private JsonNode junk(int depth) {
        ObjectNode make = Json.object();
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> make.textNode(text());
            case 1 -> make.numberNode((long) NUMBERS[random.nextInt(NUMBERS.length)]);
            case 2 -> make.numberNode(NUMBERS[random.nextInt(NUMBERS.length)]);
            case 3 -> make.booleanNode(random.nextBoolean());
            case 4 -> make.nullNode();
            case 5 -> {
                ArrayNode array = make.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(junk(depth - 1));
                }
                yield array;
            }
            default -> {
                for (int i = random.nextInt(4); i > 0; i--) {
                    make.set(text(), junk(depth - 1));
                }
                yield make;
            }
        };
    }

    /** The bytes with some changed, left out, doubled or cut off. */
    private byte[] damage(byte[] body) {
        int at = random.nextInt(body.length);
        byte[] damaged = body.clone();
        switch (random.nextInt(3)) {
            case 0 -> damaged[at] = (byte) random.nextInt(256);
            case 1 -> damaged = java.util.Arrays.copyOf(body, at);
            default -> {
                damaged = new byte[body.length + 1];
                System.arraycopy(body, 0, damaged, 0, at);
                damaged[at] = (byte) random.nextInt(256);
                System.arraycopy(body, at, damaged, at + 1, body.length - at);
            }
        }
        return damaged;
    }
}
