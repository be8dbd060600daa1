package org.maliang.tokenizer.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maliang.tokenizer.TokenizerException;

/** Expected texts are what Jinja 3.1.2 with transformers' settings renders. */
class ChatTemplateTest {
    private static final String CHAT_ML = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + "
            + "message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}"
            + "{{ '<|im_start|>assistant\\n' }}{% endif %}";

    /** What newer models do: tools, thinking that is dropped from older turns, answers of tools. */
    private static final String TOOLS = """
            {%- if tools %}
                {{- '<system>' }}
                {%- if messages[0].role == 'system' %}
                    {{- messages[0].content + '\\n' }}
                {%- endif %}
                {%- for tool in tools %}
                    {{- tool | tojson }}
                {%- endfor %}
                {{- '</system>\\n' }}
            {%- endif %}
            {%- set ns = namespace(searching=true, last=messages|length - 1) %}
            {%- for message in messages[::-1] %}
                {%- set index = (messages|length - 1) - loop.index0 %}
                {%- if ns.searching and message.role == "user" and message.content is string %}
                    {%- set ns.searching = false %}
                    {%- set ns.last = index %}
                {%- endif %}
            {%- endfor %}
            {%- for message in messages if message.role != 'system' %}
                {%- if message.role == 'assistant' %}
                    {%- set content = message.content %}
                    {%- set thought = '' %}
                    {%- if '</think>' in content %}
                        {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                        {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
                    {%- endif %}
                    {{- '<assistant>' }}{% if loop.index0 >= ns.last and thought %}{{ '(' ~ thought ~ ')' }}{% endif %}
                    {{- content }}
                    {%- for call in message.tool_calls or [] %}
                        {{- '{"name": "' + call.function.name + '", "arguments": ' + call.function.arguments|tojson + '}' }}
                    {%- endfor %}
                    {{- '</assistant>\\n' }}
                {%- else %}
                    {{- '<' ~ message.role ~ '>' ~ message.content|trim ~ '</' ~ message.role ~ '>\\n' }}
                {%- endif %}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<assistant>' }}
                {%- if enable_thinking is defined and enable_thinking is false %}
                    {{- '()' }}
                {%- endif %}
            {%- endif %}
            """;

    /** Llama's and Mistral's ways: dates, sliced messages, roles that must alternate. */
    private static final String ALTERNATING = """
            {{- bos_token }}
            {%- if not date_string is defined %}
                {%- set date_string = strftime_now("%d %b %Y") %}
            {%- endif %}
            {%- if messages[0]['role'] == 'system' %}
                {%- set system_message = messages[0]['content']|trim %}
                {%- set messages = messages[1:] %}
            {%- else %}
                {%- set system_message = "" %}
            {%- endif %}
            {{- "Today: " + date_string + "\\n" + system_message }}
            {%- for message in messages %}
                {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
                    {{- raise_exception('Roles must alternate user/assistant') }}
                {%- endif %}
                {{- ' [' ~ message['role']|upper ~ '] ' ~ message['content']|trim }}
                {%- if message.role == 'assistant' %}{{ eos_token }}{% endif %}
            {%- endfor %}
            """;

    private static final List<Message> TALK =
            List.of(Message.of("system", " Be brief. \n"), Message.of("user", "你好 "), Message.of("assistant", "您好！"));

    @TempDir
    Path directory;

    @Test
    void chatMl() {
        assertThat(ChatTemplate.of(CHAT_ML).render(List.of(Message.of("user", "你好")), true))
                .isEqualTo("<|im_start|>user\n你好<|im_end|>\n<|im_start|>assistant\n");
        assertThat(ChatTemplate.of(CHAT_ML).render(List.of(), false)).isEmpty();
    }

    @Test
    void toolsAndThinking() {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", "weather");
        function.put("description", "天气 & \"more\"");
        List<Message> messages = List.of(
                Message.of("system", "S"),
                Message.of("user", "Hi"),
                Message.of("assistant", "<think>\nhmm\n</think>\n\nHello"),
                Message.of("user", "Beijing?"),
                Message.of("assistant", "<think>call it</think>")
                        .with(
                                "tool_calls",
                                List.of(Map.of(
                                        "function", Map.of("name", "weather", "arguments", Map.of("city", "北京"))))),
                Message.of("tool", "sunny"));
        String text = ChatTemplate.of(TOOLS)
                .render(messages, true, Map.of("tools", List.of(function), "enable_thinking", false));
        assertThat(text).isEqualTo("""
                        <system>S
                        {"name": "weather", "description": "天气 & \\"more\\""}</system>
                        <user>Hi</user>
                        <assistant>Hello</assistant>
                        <user>Beijing?</user>
                        <assistant>(call it){"name": "weather", "arguments": {"city": "北京"}}</assistant>
                        <tool>sunny</tool>
                        <assistant>()""");
        assertThat(ChatTemplate.of(TOOLS).render(List.of(Message.of("user", "x")), true))
                .isEqualTo("<user>x</user>\n<assistant>");
    }

    @Test
    void datesAndRoles() {
        Clock clock = Clock.fixed(Instant.parse("2026-03-07T09:05:02Z"), ZoneOffset.UTC);
        ChatTemplate template = ChatTemplate.of(ALTERNATING, Map.of("bos_token", "<s>", "eos_token", "</s>"), clock);
        assertThat(template.render(TALK, true))
                .isEqualTo("<s>Today: 07 Mar 2026\nBe brief. [USER] 你好 [ASSISTANT] 您好！</s>");
        assertThat(template.render(TALK, false, Map.of("date_string", "today"))).startsWith("<s>Today: today\n");
        assertThatThrownBy(() -> template.render(List.of(Message.of("assistant", "x")), true))
                .isInstanceOf(TokenizerException.class)
                .hasMessage("chat template, line 14: Roles must alternate user/assistant");
    }

    @Test
    void whiteSpaceAroundTags() {
        String template = """
                a
                  {% if true %}
                  b {# c #}
                    {# own line #}
                  {%+ if true %} x {% endif +%}

                  {% endif %}
                {% raw %}{{ no }}{% endraw %}

                end  {{- ' y ' -}}   z
                {%- for i in range(3) -%}
                  {{ i }},
                {%- endfor %}

                tail
                """;
        assertThat(ChatTemplate.of(template).render(List.of(), false))
                .isEqualTo("a\n  b    x \n\n{{ no }}\nend y z0,1,2,\ntail");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            1 + 2 * 3 ** 2 - -4 // 3 % 2 => 19
            7 / 2 ~ ' ' ~ -7 // 2 ~ ' ' ~ -7 % 3 => 3.5 -4 2
            1 < 2 < 3 and not 1 < 3 < 2 => True
            messages[-1]['role'] ~ messages[99] ~ (messages[99] is defined) => assistantFalse
            [1, 2, 3][::-1] ~ 'hello'[1:3] ~ 'hello'[::-1] => [3, 2, 1]elolleh
            [1, 'a', none, true, 2.0, {'k': "it's"}] => [1, 'a', None, True, 2.0, {'k': "it's"}]
            ' a b  c '.split() ~ 'a,b,c'.split(',', 1) ~ 'a,b,c'.rsplit(',', 1) => ['a', 'b', 'c']['a', 'b,c']['a,b', 'c']
            messages|map(attribute='role')|join(',') => system,user,assistant
            messages|selectattr('role', 'equalto', 'user')|list|length => 1
            ['b','A','c']|sort ~ [1,1,2]|unique|list => ['A', 'b', 'c'][1, 2]
            nope|default('d') ~ ''|default('e', true) ~ ''|default('f') => de
            {'b': 1, 'a': [1.5, none]}|tojson(sort_keys=true) => {"a": [1.5, null], "b": 1}
            {'a': 1}.get('z', 5) ~ {'items': 3}['items'] => 53
            'yes' if messages else 'no' => yes
            1e20 ~ ' ' ~ 0.1 ~ ' ' ~ 100000000000000000.0 ~ ' ' ~ 0.00001 => 1e+20 0.1 1e+17 1e-05
            5 is divisibleby 5 and 3 is odd and 'x' is in ['x'] => True
            messages is sequence and messages is not string => True
            "they're bill's"|title ~ "they're bill's".title() => They're Bill'sThey'Re Bill'S
            range(5, 0, -2)|list ~ range(3)|sum => [5, 3, 1]3
            """)
    void expressions(String expression, String expected) {
        assertThat(ChatTemplate.of("{{ " + expression + " }}").render(TALK, true))
                .isEqualTo(expected);
    }

    @Test
    void loopsMacrosAndScopes() {
        assertThat(
                        rendered(
                                "{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 4 %}{% break %}"
                                        + "{% endif %}{{ i }}{{ loop.cycle('a', 'b') }}{% endfor %}{% for x in [] %}{% else %}empty{% endfor %}"))
                .isEqualTo("0a1b3b4aempty");
        assertThat(rendered("{% macro f(a, b='x') -%}[{{ a }}{{ b }}]{%- endmacro %}{{ f(1) }}{{ f(1, b=none) }}"))
                .isEqualTo("[1x][1None]");
        assertThat(rendered("{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}"
                        + "{% set y %} block {{ x }}{% endset %}[{{ y|trim }}]{% set a, b = 1, 'two' %}{{ a }}{{ b }}"))
                .isEqualTo("231[block 1]1two");
        assertThat(
                        rendered(
                                "{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}{% generation %}g{% endgeneration %}"))
                .isEqualTo("a1g");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 1 +",
                "{{ 'open }}",
                "{% if x %}",
                "{% endif %}",
                "{% include 'x' %}",
                "{{ x|nofilter }}",
                "{{ x is notest }}",
                "{# no end",
                "{{ ) }}",
                "{{ nope.attr }}",
                "{{ 1 + 'a' }}",
                "{{ none|length }}",
                "{{ range(10000000) }}",
                "{{ 'a' * 999999999999 }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ 99999999999999999999 }}",
                "{{ 1 // 0 }}",
                "{% set x.y = 1 %}",
                "{% for a, b in [1] %}{% endfor %}",
                "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% set ns = namespace(t='xxxxxxxx') %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
            })
    void whatCannotBeIsRefused(String template) {
        assertThatThrownBy(() -> ChatTemplate.of(template).render(TALK, true))
                .isInstanceOf(TokenizerException.class)
                .hasMessageStartingWith("chat template")
                .hasMessageNotContaining("\n");
    }

    @Test
    void depthIsBounded() {
        for (String deep : List.of(
                "{{ " + "(".repeat(100_000) + " }}",
                "{{ 1" + " + 1".repeat(100_000) + " }}",
                "{{ " + "-".repeat(100_000) + "1 }}",
                "{% if x %}".repeat(100_000),
                "{{ x" + "|trim".repeat(100_000) + " }}")) {
            assertThatThrownBy(() -> ChatTemplate.of(deep).render(TALK, true)).isInstanceOf(TokenizerException.class);
        }
    }

    /** Templates with characters changed, lost or doubled are rendered or refused, and nothing else happens. */
    @Test
    void brokenTemplatesDoNoHarm() {
        var random = new Random(11);
        String marks = "{}%#'\"()[]|.,:-+ \n0az";
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            var template =
                    new StringBuilder(List.of(TOOLS, ALTERNATING, CHAT_ML).get(i % 3));
            for (int change = 0; change < 3; change++) {
                int at = random.nextInt(template.length());
                switch (random.nextInt(3)) {
                    case 0 -> template.setCharAt(at, marks.charAt(random.nextInt(marks.length())));
                    case 1 -> template.deleteCharAt(at);
                    default -> template.insert(at, template.substring(at, Math.min(at + 9, template.length())));
                }
            }
            try {
                assertThat(ChatTemplate.of(template.toString()).render(TALK, true))
                        .isNotNull();
            } catch (TokenizerException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 599);
    }

    @Test
    void modelDirectoriesAreRead() throws IOException {
        assertThat(ChatTemplate.load(directory)).isEmpty();
        write(
                "tokenizer_config.json",
                "{\"chat_template\": \"{{ bos_token }}{{ messages[0].content }}\","
                        + " \"bos_token\": {\"content\": \"<s>\"}}");
        assertThat(loaded()).isEqualTo("<s>hi");
        write("tokenizer_config.json", "{\"chat_template\": \"{{ bos_token }}\"}");
        write("special_tokens_map.json", "{\"bos_token\": \"<b>\"}");
        assertThat(loaded()).isEqualTo("<b>");
        write(
                "tokenizer_config.json",
                "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"r\"},"
                        + " {\"name\": \"default\", \"template\": \"d\"}]}");
        assertThat(loaded()).isEqualTo("d");
        write("chat_template.json", "{\"chat_template\": \"j\"}");
        assertThat(loaded()).isEqualTo("j");
        write("chat_template.jinja", "file");
        assertThat(loaded()).isEqualTo("file");
        write("tokenizer_config.json", "{");
        assertThatThrownBy(() -> ChatTemplate.load(directory)).hasMessageContaining("tokenizer_config.json");
    }

    @Test
    void otherValuesAreRefused() {
        assertThatThrownBy(() -> ChatTemplate.of("x").render(TALK, true, Map.of("v", new Object())))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("java.lang.Object");
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        assertThatThrownBy(() -> ChatTemplate.of("x").render(TALK, true, Map.of("v", circle)))
                .isInstanceOf(TokenizerException.class);
    }

    private String loaded() {
        return ChatTemplate.load(directory).orElseThrow().render(List.of(Message.of("user", "hi")), false);
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private static String rendered(String template) {
        return ChatTemplate.of(template).render(TALK, true);
    }
}
