package org.maliang.model.generate.constraint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"integer\"};                                        0 -7 12;            01 1.0 +1 -",
                "{\"type\":\"number\"};                                         0.5 -1e3 2E+07;     .5 1. e1 1e",
                "{\"type\":\"boolean\"};                                        true false;         True null",
                "{\"type\":[\"null\",\"string\"]};                              null \"\" \"\\n春\";  \"\\x\" 'a' \"a",
                "{\"type\":\"string\",\"minLength\":1,\"maxLength\":2};         \"春\" \"😀\\u0041\";  \"\" \"abc\"",
                "{\"type\":\"string\",\"pattern\":\"^a.c$\"};                   \"abc\" \"a春c\" \"a\\\"c\"; \"ac\" \"abcd\" \"a\"c\"",
                "{\"type\":\"string\",\"pattern\":\"b+\"};                      \"b\" \"abbc\";     \"\" \"ac\"",
                "{\"enum\":[1,\"二\",{\"a\":[null]}]};                          1 \"二\" {\"a\":[null]}; 2 \"三\" {}",
                "{\"enum\":[1,\"二\"],\"type\":\"string\"};                     \"二\";             1",
                "{\"const\":true};                                              true;               false",
                "{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"minItems\":1,\"maxItems\":2}; [null] [null,null]; [] [null,null,null] [1]",
                "{\"type\":\"array\",\"maxItems\":0};                           [];                 [1]",
                "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}},\"required\":[\"b\"]}; {\"b\":1} {\"a\":[],\"b\":{}}; {} {\"a\":1} {\"b\":1,\"a\":1} {\"b\":1,\"c\":1}",
                "{\"type\":\"object\"};                                         {} {\"x\":{\"y\":[1,2]}}; [] {1:2} {\"x\"}",
                "{\"properties\":{\"ab\":{\"const\":1}},\"additionalProperties\":{\"const\":2}}; {} {\"ab\":1} {\"a\":2,\"abc\":2} {\"ab\":1,\"x\":2}; {\"ab\":2} {\"x\":1}",
                "{\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":false}; {} {\"a\":0}; {\"b\":0}",
                "{\"anyOf\":[{\"type\":\"integer\"},{\"const\":\"x\"}]};        3 \"x\";            \"y\" null",
                "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"null\"}]};      3 null;             \"y\" 0.5",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}};               [] [[],[[]]];       [1] [[}",
                "true;                                                          1 [\"a\"] {\"b\":null}; b [,]",
            })
    void allows(String schema, String yes, String no) {
        var network = new Network(Grammar.jsonSchema(json(schema)));
        var automaton = new Automaton(network, network.alive(CharClass.ALL));
        for (String text : yes.strip().split(" ")) {
            assertThat(automaton.step(automaton.start(), text.getBytes(UTF_8)).accepting())
                    .as(text)
                    .isTrue();
        }
        for (String text : no.strip().split(" ")) {
            assertThat(automaton.step(automaton.start(), text.getBytes(UTF_8)).accepting())
                    .as(text)
                    .isFalse();
        }
    }

    @Test
    void manyOptionalPropertiesStaySmall() {
        var properties = JSON.createObjectNode();
        for (int i = 0; i < 199; i++) {
            properties.putObject("name" + i).put("type", "integer");
        }
        properties.putObject("n".repeat(200)).put("type", "integer");
        var schema = JSON.createObjectNode().put("type", "object").put("additionalProperties", true);
        schema.set("properties", properties);
        var network = new Network(Grammar.jsonSchema(schema));
        var automaton = new Automaton(network, network.alive(CharClass.ALL));
        String text = "{\"name3\": 1, \"name198\": 2}";
        assertThat(automaton.step(automaton.start(), text.getBytes(UTF_8)).accepting())
                .isTrue();
    }

    @Test
    void deepSchemasAreRead() {
        JsonNode schema = JSON.createObjectNode().put("type", "null");
        String text = "null";
        for (int depth = 0; depth < 190; depth++) {
            var outer = JSON.createObjectNode().put("type", "object");
            var properties = outer.putObject("properties");
            for (int i = 0; i < 20; i++) {
                properties.putObject("name" + i);
            }
            properties.set("inner", schema);
            schema = outer;
            text = "{\"inner\": " + text + "}";
        }
        var network = new Network(Grammar.jsonSchema(schema));
        var automaton = new Automaton(network, network.alive(CharClass.ALL));
        assertThat(automaton.step(automaton.start(), text.getBytes(UTF_8)).accepting())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"integer\",\"minimum\":3};                  #: 'minimum' is not supported",
                "{\"properties\":{\"a\":{\"format\":\"date\"}}};        #/properties/a: 'format' is not supported",
                "{\"type\":\"text\"};                                   choose from object",
                "{\"$ref\":\"https://example.org/s\"};                  within the schema",
                "{\"$ref\":\"#/$defs/none\"};                           no such place",
                "{\"type\":\"array\",\"minItems\":3,\"maxItems\":2};    more than the most",
                "{\"type\":\"array\",\"minItems\":-1};                  from 0 to",
                "{\"required\":[\"a\"]};                                does not describe",
                "{\"type\":\"string\",\"pattern\":\"(?=a)\"};           looking around",
                "{\"type\":\"string\",\"pattern\":\"^a|b$\"};           group around",
                "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"number\"}]}; 'anyOf'",
                "{\"anyOf\":[]};                                        a list of schemas",
                "{\"enum\":[1],\"type\":\"string\"};                    no value is left",
                "false;                                                 allows no value",
                "[];                                                    a schema is an object",
            })
    void saysWhatItCannotDo(String schema, String why) {
        assertThatThrownBy(() -> Grammar.jsonSchema(json(schema)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why.strip());
    }

    @Test
    void whatGoesRoundInCirclesIsRefused() {
        for (String schema : List.of(
                "{\"$ref\": \"#\"}",
                "{\"anyOf\": [{\"type\": \"object\", \"properties\": {\"x\": {\"$ref\": \"#/$defs/c\"}}}, {\"$ref\": \"#/$defs/c\"}],"
                        + " \"$defs\": {\"b\": {\"anyOf\": [{\"type\": \"object\", \"properties\": {\"x\": {\"$ref\": \"#/$defs/c\"}}},"
                        + " {\"$ref\": \"#/$defs/c\"}]}, \"c\": {\"anyOf\": [{\"$ref\": \"#/$defs/b\"}, {\"type\": \"null\"}]}}}")) {
            assertThatThrownBy(() -> new Network(Grammar.jsonSchema(json(schema))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("refers to itself");
        }
        var endless = new Network(Grammar.jsonSchema(
                json("{\"type\": \"object\", \"properties\": {\"x\": {\"$ref\": \"#\"}}, \"required\": [\"x\"]}")));
        assertThat(endless.alive(CharClass.ALL).get(endless.start())).isFalse();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.strip());
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
