package org.maliang.model.generate.constraint;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.maliang.model.generate.constraint.Expression.Call;
import org.maliang.model.generate.constraint.Expression.Choice;
import org.maliang.model.generate.constraint.Expression.Repeat;

/** Reads a JSON Schema into a grammar. What is referred to becomes a rule, so that schemas may be recursive. */
final class JsonSchema {
    private static final int DEEPEST = 200; // schemas in schemas
    private static final int MOST = 10_000; // items and characters
    private static final int MOST_PROPERTIES = 200;
    private static final Set<String> NOTES = Set.of(
            "title description default examples deprecated readOnly writeOnly $schema $id $comment $defs definitions"
                    .split(" "));
    private static final Map<String, Set<String>> KEYWORDS = Map.of(
            "object", Set.of("properties", "required", "additionalProperties"),
            "array", Set.of("items", "minItems", "maxItems"),
            "string", Set.of("minLength", "maxLength", "pattern"),
            "number", Set.of(),
            "integer", Set.of(),
            "boolean", Set.of(),
            "null", Set.of());

    private final JsonNode root;
    private final Map<String, Expression> rules = new HashMap<>(JsonText.RULES);
    private int depth;

    JsonSchema(JsonNode root) {
        this.root = root;
    }

    Grammar grammar() {
        return new Grammar(value(root, "#"), rules);
    }

    /** What a schema allows; {@code where} is its place in the whole. */
    private Expression value(JsonNode schema, String where) {
        if (schema instanceof BooleanNode) {
            require(schema.booleanValue(), where, "'false' allows no value; leave it out");
            return JsonText.ANY;
        }
        require(schema.isObject(), where, "a schema is an object, true or false");
        require(++depth <= DEEPEST, where, "schemas lie more than " + DEEPEST + " deep in each other");
        Expression value = of(schema, where);
        depth--;
        return value;
    }

    private Expression of(JsonNode schema, String where) {
        if (schema.has("$ref")) {
            only(schema, where, Set.of("$ref"));
            return reference(schema.get("$ref").asText(), where);
        }
        if (schema.has("anyOf")) {
            only(schema, where, Set.of("anyOf"));
            return new Choice(each(schema.get("anyOf"), where + "/anyOf"));
        }
        if (schema.has("oneOf")) {
            only(schema, where, Set.of("oneOf"));
            requireDisjoint(schema.get("oneOf"), where + "/oneOf");
            return new Choice(each(schema.get("oneOf"), where + "/oneOf"));
        }
        if (schema.has("const")) {
            only(schema, where, Set.of("const", "type"));
            return constants(schema, List.of(schema.get("const")), where);
        }
        if (schema.has("enum")) {
            only(schema, where, Set.of("enum", "type"));
            List<JsonNode> values = new ArrayList<>();
            schema.get("enum").forEach(values::add);
            return constants(schema, values, where);
        }
        Set<String> types = types(schema, where);
        Set<String> keywords = new LinkedHashSet<>(Set.of("type"));
        (types.isEmpty() ? KEYWORDS.keySet() : types).forEach(type -> keywords.addAll(KEYWORDS.get(type)));
        only(schema, where, keywords);
        if (types.isEmpty()) {
            return JsonText.ANY;
        }
        return new Choice(types.stream().map(type -> typed(type, schema, where)).toList());
    }

    /** The types that a schema names, or whose keywords it has. */
    private static Set<String> types(JsonNode schema, String where) {
        Set<String> types = new LinkedHashSet<>();
        JsonNode named = schema.path("type");
        if (named.isTextual()) {
            types.add(named.asText());
        }
        named.forEach(type -> types.add(type.asText()));
        if (named.isMissingNode()) {
            KEYWORDS.forEach((type, keywords) -> {
                if (keywords.stream().anyMatch(schema::has)) {
                    types.add(type);
                }
            });
        } else {
            require(
                    !types.isEmpty() && KEYWORDS.keySet().containsAll(types),
                    where,
                    "'type' is " + named + "; choose from object, array, string, number, integer, boolean, null");
        }
        return types;
    }

    private Expression typed(String type, JsonNode schema, String where) {
        return switch (type) {
            case "object" -> object(schema, where);
            case "array" -> array(schema, where);
            case "string" -> string(schema, where);
            case "number" -> JsonText.NUMBER;
            case "integer" -> JsonText.INTEGER;
            case "boolean" -> JsonText.BOOLEAN;
            default -> JsonText.NULL;
        };
    }

    private Expression reference(String reference, String where) {
        require(
                reference.equals("#") || reference.startsWith("#/"),
                where,
                "'$ref' is '" + reference + "'; only places within the schema can be referred to, as in #/$defs/name");
        JsonNode target = root.at(JsonPointer.compile(reference.substring(1)));
        require(!target.isMissingNode(), where, "'$ref' is '" + reference + "', and there is no such place");
        if (!rules.containsKey(reference)) {
            rules.put(reference, Expression.EMPTY); // known from here on, as it may refer to itself
            rules.put(reference, value(target, reference));
        }
        return new Call(reference);
    }

    private static Expression constants(JsonNode schema, List<JsonNode> values, String where) {
        Set<String> types = types(schema, where);
        List<Expression> fitting = values.stream()
                .filter(value -> types.isEmpty() || types.stream().anyMatch(type -> isOf(type, value)))
                .map(value -> Expression.text(value.toString()))
                .toList();
        require(!fitting.isEmpty(), where, "no value is left to choose; give 'enum' values of the 'type'");
        return new Choice(fitting);
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            default -> value.isNull();
        };
    }

    private Expression object(JsonNode schema, String where) {
        JsonNode properties = schema.path("properties");
        require(properties.isMissingNode() || properties.isObject(), where, "'properties' is an object of schemas");
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        require(
                names.size() <= MOST_PROPERTIES && names.stream().allMatch(name -> name.length() <= MOST_PROPERTIES),
                where,
                "'properties' has more than " + MOST_PROPERTIES + " names, or a name of more characters");
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        require(
                names.containsAll(required),
                where,
                "'required' is " + required + ", and 'properties' does not describe all of them");
        JsonNode others = schema.has("additionalProperties")
                ? schema.get("additionalProperties")
                : BooleanNode.valueOf(names.isEmpty());
        var members = new JsonMembers(
                others.isBoolean() && !others.booleanValue()
                        ? List.of()
                        : List.of(JsonText.member(
                                JsonText.otherKey(names), value(others, where + "/additionalProperties"))));
        for (int i = names.size() - 1; i >= 0; i--) {
            String name = names.get(i);
            Expression key = Expression.text(TextNode.valueOf(name).toString());
            Expression member = JsonText.member(key, value(properties.get(name), where + "/properties/" + name));
            members.prepend(member, required.contains(name));
        }
        String rule = "object " + rules.size(); // a rule of its own, so that however deep it lies, it is gone into once
        rules.put(rule, members.object());
        return new Call(rule);
    }

    private Expression array(JsonNode schema, String where) {
        int least = count(schema, "minItems", 0, where);
        int most = count(schema, "maxItems", Repeat.ENDLESS, where);
        requireOrder(least, most, "minItems", where);
        Expression item = schema.has("items") ? value(schema.get("items"), where + "/items") : JsonText.ANY;
        return JsonText.array(item, least, most);
    }

    private static Expression string(JsonNode schema, String where) {
        if (!schema.has("pattern")) {
            int least = count(schema, "minLength", 0, where);
            int most = count(schema, "maxLength", Repeat.ENDLESS, where);
            requireOrder(least, most, "minLength", where);
            return JsonText.string(new Repeat(JsonText.CHARACTER, least, most));
        }
        require(
                !schema.has("minLength") && !schema.has("maxLength"),
                where,
                "'minLength' and 'maxLength' beside 'pattern' are not supported; say the length in the pattern");
        return JsonText.string(pattern(schema.get("pattern").asText(), where));
    }

    /** A pattern holds of a string if it is found anywhere in it. */
    private static Expression pattern(String pattern, String where) {
        RegexParser.Parsed parsed = RegexParser.parse(pattern);
        require(
                !(parsed.expression() instanceof Choice) || parsed.begins() == parsed.ends() && !parsed.begins(),
                where,
                "'pattern' has ^ or $ in one branch of several; put a group around them, as in ^(a|b)$");
        Expression anything = new Repeat(JsonText.CHARACTER, 0, Repeat.ENDLESS);
        Expression nothing = Expression.EMPTY;
        return Expression.sequence(
                parsed.begins() ? nothing : anything,
                JsonText.escaped(parsed.expression()),
                parsed.ends() ? nothing : anything);
    }

    private List<Expression> each(JsonNode schemas, String where) {
        require(schemas.isArray() && !schemas.isEmpty(), where, "a list of schemas belongs here");
        List<Expression> all = new ArrayList<>();
        for (JsonNode schema : schemas) {
            all.add(value(schema, where + "/" + all.size()));
        }
        return all;
    }

    /** Exactly one of several is the same as any of them if they have different types. */
    private static void requireDisjoint(JsonNode schemas, String where) {
        Set<String> types = new LinkedHashSet<>();
        for (JsonNode schema : schemas) {
            String type = schema.path("type").asText().replace("integer", "number");
            require(
                    !type.isEmpty() && types.add(type),
                    where,
                    "each schema must name another 'type', integers are numbers; say 'anyOf' if any of them will do");
        }
    }

    private static int count(JsonNode schema, String keyword, int otherwise, String where) {
        JsonNode value = schema.path(keyword);
        require(
                value.isMissingNode() || value.canConvertToInt() && value.intValue() >= 0 && value.intValue() <= MOST,
                where,
                "'" + keyword + "' is " + value + "; give a number from 0 to " + MOST);
        return value.isMissingNode() ? otherwise : value.intValue();
    }

    private static void requireOrder(int least, int most, String keyword, String where) {
        require(most == Repeat.ENDLESS || least <= most, where, "'" + keyword + "' is more than the most there may be");
    }

    private static void only(JsonNode schema, String where, Set<String> keywords) {
        Stream.Builder<String> names = Stream.builder();
        schema.fieldNames().forEachRemaining(names);
        names.build()
                .filter(name -> !NOTES.contains(name) && !keywords.contains(name))
                .forEach(name -> {
                    throw error(where, "'" + name + "' is not supported here; there may be " + new TreeSet<>(keywords));
                });
    }

    private static void require(boolean condition, String where, String why) {
        if (!condition) {
            throw error(where, why);
        }
    }

    private static IllegalArgumentException error(String where, String why) {
        return new IllegalArgumentException("json-schema: " + where + ": " + why);
    }
}
