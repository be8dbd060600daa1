package org.maliang.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a field cannot be is refused, and the error names the field. */
class FieldRefusalsTest extends ChatServerTests {

    private static final String COMPLETIONS = "/v1/completions";
    private static final String CHAT = "/v1/chat/completions";

    private static ObjectNode asked(String request, String more) {
        return Caller.json(request).setAll(Caller.json("{" + more + "}"));
    }

    private static ObjectNode completion(String more) {
        return asked("{'prompt':'床前明月光','max_tokens':24,'seed':5}", more);
    }

    private static ObjectNode chat(String more) {
        return asked("{'messages':[{'role':'user','content':'床前明月光'}],'max_tokens':24,'seed':5}", more);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    model            | 'model':'gpt-4'                    | 404
                    model            | 'model':7                          | 400
                    max_tokens       | 'max_tokens':-1                    | 400
                    max_tokens       | 'max_tokens':2147483648            | 400
                    max_tokens       | 'max_tokens':1.5                   | 400
                    max_tokens       | 'max_tokens':'3'                   | 400
                    min_tokens       | 'min_tokens':25                    | 400
                    temperature      | 'temperature':-0.1                 | 400
                    temperature      | 'temperature':1e999                | 400
                    temperature      | 'temperature':'hot'                | 400
                    top_p            | 'top_p':1.01                       | 400
                    top_p            | 'top_p':0                          | 400
                    top_k            | 'top_k':-1                         | 400
                    min_p            | 'min_p':2                          | 400
                    typical_p        | 'typical_p':0                      | 400
                    repetition_penalty | 'repetition_penalty':0           | 400
                    presence_penalty | 'presence_penalty':1e3             | 400
                    frequency_penalty | 'frequency_penalty':[]            | 400
                    no_repeat_ngram_size | 'no_repeat_ngram_size':-1      | 400
                    logit_bias       | 'logit_bias':{'300':1}             | 400
                    logit_bias       | 'logit_bias':{'月':1}              | 400
                    logit_bias       | 'logit_bias':{'1':101}             | 400
                    logit_bias       | 'logit_bias':[1]                   | 400
                    seed             | 'seed':9223372036854775808         | 400
                    seed             | 'seed':0.5                         | 400
                    stop             | 'stop':['']                        | 400
                    stop             | 'stop':[1]                         | 400
                    stop             | 'stop':{}                          | 400
                    n                | 'n':0                              | 400
                    n                | 'n':1025                           | 400
                    best_of          | 'best_of':1025                     | 400
                    beams            | 'beams':0                          | 400
                    regex            | 'regex':'(明'                      | 400
                    regex            | 'regex':7                          | 400
                    choice           | 'choice':[]                        | 400
                    choice           | 'choice':['']                      | 400
                    choice           | 'choice':{}                        | 400
                    json_schema      | 'json_schema':{'type':'moon'}      | 400
                    json_schema      | 'json_schema':'moon'               | 400
                    response_format  | 'response_format':'json'           | 400
                    response_format.type | 'response_format':{'type':'xml'} | 400
                    response_format.json_schema.schema | 'response_format':{'type':'json_schema','json_schema':{'schema':{'type':1}}} | 400
                    response_format.strict | 'response_format':{'type':'text','strict':true} | 400
                    stream           | 'stream':'yes'                     | 400
                    stream_options   | 'stream_options':{'include_usage':true} | 400
                    stream_options.usage | 'stream':true,'stream_options':{'usage':true} | 400
                    """)
    void whatCannotBeIsRefusedByName(String param, String fields, int status) {
        for (Caller.Reply reply :
                List.of(caller.post(COMPLETIONS, completion(fields)), caller.post(CHAT, chat(fields)))) {
            JsonNode error = reply.error(status, param.substring(param.lastIndexOf('.') + 1));
            assertThat(error.path("param").asText()).isEqualTo(param);
            assertThat(error.path("type").textValue()).isEqualTo("invalid_request_error");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    prompt      | 'prompt':7
                    prompt      | 'prompt':[]
                    prompt      | 'prompt':[1,'明']
                    prompt      | 'prompt':[[]]
                    prompt      | 'prompt':[300]
                    prompt      | 'prompt':[-1]
                    prompt      | 'prompt':null
                    echo        | 'echo':1
                    suffix      | 'suffix':'霜'
                    max_tokens  | 'max_tokens':0
                    logprobs    | 'logprobs':21
                    logprobs    | 'logprobs':true
                    logprobs    | 'logprobs':1,'beams':2
                    logprobs    | 'logprobs':1,'best_of':2
                    vote        | 'vote':1001
                    vote        | 'vote':5,'n':2
                    vote        | 'vote':5,'temperature':0
                    vote        | 'vote':5,'stream':true
                    vote        | 'vote':5,'prompt':['明','月']
                    vote        | 'vote':5,'logprobs':1
                    vote        | 'vote':5,'echo':true
                    form        | 'form':'五言八句'
                    form        | 'form':'五言绝句','regex':'.'
                    echo        | 'form':'五言绝句','echo':true,'logprobs':0
                    prompt      | 'form':'五言绝句','prompt':['明','月']
                    messages    | 'messages':[]
                    """)
    void completionsRefuseByName(String param, String fields) {
        JsonNode error = caller.post(COMPLETIONS, completion(fields)).error(400);
        assertThat(error.path("param").asText()).isEqualTo(param);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    messages      | 'messages':null
                    messages      | 'messages':[]
                    messages      | 'messages':'明月'
                    messages      | 'messages':['明月']
                    messages.role | 'messages':[{'content':'明月'}]
                    messages.name_ | 'messages':[{'role':'user','content':'明月','name_':'x'}]
                    messages.content | 'messages':[{'role':'user','content':7}]
                    messages.content | 'messages':[{'role':'user','content':[{'type':'image_url'}]}]
                    tools         | 'tools':[{'type':'function'}]
                    max_completion_tokens | 'max_completion_tokens':0
                    top_logprobs  | 'logprobs':true,'top_logprobs':21
                    top_logprobs  | 'top_logprobs':2
                    logprobs      | 'logprobs':1
                    prompt        | 'prompt':'明月'
                    vote          | 'vote':3
                    """)
    void chatsRefuseByName(String param, String fields) {
        JsonNode error = caller.post(CHAT, chat(fields)).error(400);
        assertThat(error.path("param").asText()).isEqualTo(param);
    }

    @Test
    void whatAnOptionRulesOutIsSaid() {
        caller.post(COMPLETIONS, completion("'n':3,'best_of':2")).error(400, "best-of");
        caller.post(COMPLETIONS, completion("'beams':2,'best_of':3")).error(400, "exclude each other");
        caller.post(COMPLETIONS, completion("'penalty_alpha':0.5")).error(400, "top-k");
        caller.post(COMPLETIONS, completion("'regex':'.','choice':['月']")).error(400, "give one of them");
    }
}
