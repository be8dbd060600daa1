package org.maliang.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published sizes follow from the configurations alone. */
class ParameterCountTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "CPM-LM         | 2597073920  | {'vocab_size':30000,'n_positions':1024,'n_embd':2560,'n_layer':32,'n_head':32}",
                "AliceMind base | 106289664   | {'vocab_size':25600,'n_positions':2048,'n_embd':768,'n_layer':12,'n_head':12}",
                "AliceMind large| 330622976   | {'vocab_size':25600,'n_positions':2048,'n_embd':1024,'n_layer':24,'n_head':16}",
                "AliceMind 1.3B | 1265225728  | {'vocab_size':25600,'n_positions':2048,'n_embd':2048,'n_layer':24,'n_head':32}",
                "AliceMind 2.7B | 2588431360  | {'vocab_size':25600,'n_positions':2048,'n_embd':2560,'n_layer':32,'n_head':32}",
                "AliceMind 13B  | 12727142400 | {'vocab_size':25600,'n_positions':2048,'n_embd':5120,'n_layer':40,'n_head':40}",
                "AliceMind 30B  | 29797677056 | {'vocab_size':25600,'n_positions':2048,'n_embd':7168,'n_layer':48,'n_head':56}",
            })
    void gpt2(String name, long parameters, String config) throws Exception {
        assertThat(count("gpt2", config)).isEqualTo(parameters);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "560M | 559214592    | {'hidden_size':1024,'n_layer':24,'n_head':16}",
                "1.1B | 1065314304   | {'hidden_size':1536,'n_layer':24,'n_head':16}",
                "1.7B | 1722408960   | {'hidden_size':2048,'n_layer':24,'n_head':16}",
                "3B   | 3002557440   | {'hidden_size':2560,'n_layer':30,'n_head':32}",
                "7.1B | 7069016064   | {'hidden_size':4096,'n_layer':30,'n_head':32}",
                "176B | 176247271424 | {'hidden_size':14336,'n_layer':70,'n_head':112}",
            })
    void bloom(String name, long parameters, String config) throws Exception {
        assertThat(count("bloom", config.replace("}", ",'vocab_size':250880}"))).isEqualTo(parameters);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "1.3B | 1315575808 | {'hidden_size':2048,'num_layers':24,'num_heads':16,'attention_types':[[['global','local'],12]]}",
                "2.7B | 2651307520 | {'hidden_size':2560,'num_layers':32,'num_heads':20,'attention_types':[[['global','local'],16]]}",
            })
    void gptNeo(String name, long parameters, String config) throws Exception {
        String shape = config.replaceFirst("\\{", "{'vocab_size':50257,'max_position_embeddings':2048,");
        assertThat(count("gpt_neo", shape)).isEqualTo(parameters);
    }

    private static long count(String family, String config) throws Exception {
        String json =
                config.replaceFirst("\\{", "{'model_type':'" + family + "',").replace('\'', '"');
        return Models.count(new ObjectMapper().readTree(json));
    }
}
