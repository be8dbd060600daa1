package org.maliang.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.maliang.tensor.Tensor;
import org.maliang.tensor.Threads;

/** Random encoder-decoders, small and opinionated, with what the fixtures do not have: odd head counts, other switches. */
public final class TinyEncoderDecoders {

    public static final int VOCABULARY = 50;

    private static final List<String> CONFIGS = List.of(
            "{'model_type':'t5','d_model':18,'d_kv':5,'num_heads':3,'d_ff':20,'num_layers':2,'num_decoder_layers':3,"
                    + "'relative_attention_num_buckets':6,'relative_attention_max_distance':9}",
            "{'model_type':'t5','d_model':16,'d_kv':7,'num_heads':1,'d_ff':20,'num_layers':1,"
                    + "'feed_forward_proj':'gated-silu','tie_word_embeddings':false,'layer_norm_epsilon':0.01}",
            "{'model_type':'mt5','d_model':15,'d_kv':4,'num_heads':5,'d_ff':21,'num_layers':2,"
                    + "'relative_attention_max_distance':20,'eos_token_id':3,'pad_token_id':1}",
            "{'model_type':'bart','d_model':18,'encoder_layers':2,'encoder_attention_heads':3,'encoder_ffn_dim':20,"
                    + "'decoder_layers':1,'decoder_attention_heads':6,'decoder_ffn_dim':24,'init_std':0.4,"
                    + "'max_position_embeddings':30,'scale_embedding':true,'activation_function':'relu',"
                    + "'forced_eos_token_id':null,'encoder_layerdrop':0.2}",
            "{'model_type':'bart','d_model':12,'encoder_layers':1,'encoder_attention_heads':1,'encoder_ffn_dim':20,"
                    + "'decoder_layers':2,'decoder_attention_heads':3,'decoder_ffn_dim':24,'init_std':0.4,"
                    + "'max_position_embeddings':30,'tie_word_embeddings':false,'forced_eos_token_id':null}",
            "{'model_type':'mbart','d_model':18,'encoder_layers':2,'encoder_attention_heads':3,'encoder_ffn_dim':20,"
                    + "'decoder_layers':2,'decoder_attention_heads':2,'decoder_ffn_dim':24,'init_std':0.4,"
                    + "'max_position_embeddings':30,'decoder_start_token_id':7,'forced_eos_token_id':null}",
            "{'model_type':'pegasus','d_model':18,'encoder_layers':2,'encoder_attention_heads':3,'encoder_ffn_dim':20,"
                    + "'decoder_layers':2,'decoder_attention_heads':3,'decoder_ffn_dim':24,'init_std':0.4,"
                    + "'max_position_embeddings':30,'activation_function':'relu','forced_eos_token_id':null}",
            "{'model_type':'switch_transformers','d_model':18,'d_kv':5,'num_heads':3,'d_ff':20,'num_layers':3,"
                    + "'num_decoder_layers':2,'num_sparse_encoder_layers':1,'num_sparse_decoder_layers':2,"
                    + "'num_experts':3,'router_bias':true,'expert_capacity':40}",
            "{'model_type':'plug','hidden_size':18,'num_attention_heads':3,'intermediate_size':20,'num_hidden_layers':2,"
                    + "'dec_hidden_layers':1,'max_position_embeddings':30,'initializer_range':0.4,'bos_token_id':2,"
                    + "'eos_token_id':3,'layernorm_epsilon':1e-5}",
            "{'model_type':'palm','encoder':'zh_bert','hidden_size':18,'num_attention_heads':3,'intermediate_size':20,"
                    + "'num_hidden_layers':2,'dec_layers':2,'dec_heads':2,'dec_ff_size':22,'initializer_range':0.4,"
                    + "'max_position_embeddings':30,'bos_token_id':2,'eos_token_id':3}",
            "{'model_type':'palm','encoder':'roberta','hidden_size':12,'num_attention_heads':1,'intermediate_size':20,"
                    + "'num_hidden_layers':1,'dec_layers':2,'dec_heads':3,'dec_ff_size':15,'initializer_range':0.4,"
                    + "'max_position_embeddings':30,'p_gen':true,'layer_norm_eps':1e-5}");

    private static final List<String> IMAGE_CONFIGS = List.of(
            "{'model_type':'blip','vocab_size':50,'text_config':{'vocab_size':50,'hidden_size':12,'intermediate_size':16,"
                    + "'num_hidden_layers':2,'num_attention_heads':3,'max_position_embeddings':30,'initializer_range':0.4,"
                    + "'bos_token_id':9,'sep_token_id':3},'vision_config':{'hidden_size':10,'intermediate_size':14,"
                    + "'num_hidden_layers':1,'num_attention_heads':5,'image_size':6,'patch_size':3,"
                    + "'initializer_range':0.4}}",
            pair(15, 12),
            pair(12, 12));

    private static String pair(int image, int text) {
        return "{'model_type':'vision-encoder-decoder','vocab_size':50,'decoder_start_token_id':9,'encoder':"
                + "{'model_type':'vit','hidden_size':" + image + ",'num_hidden_layers':1,'num_attention_heads':3,"
                + "'intermediate_size':20,'image_size':6,'patch_size':3,'initializer_range':0.4},'decoder':"
                + "{'model_type':'gpt2','vocab_size':50,'n_positions':30,'n_embd':" + text + ",'n_layer':2,'n_head':2,"
                + "'initializer_range':0.4,'add_cross_attention':true,'eos_token_id':3,'pad_token_id':1}}";
    }

    private TinyEncoderDecoders() {}

    /** Those that write about images of 6 by 6 pixels. */
    public static Stream<ObjectNode> imageConfigs() {
        return IMAGE_CONFIGS.stream().map(TinyEncoderDecoders::json);
    }

    /** One of every kind. */
    public static Stream<ObjectNode> configs() {
        return CONFIGS.stream().map(TinyEncoderDecoders::json);
    }

    /** Reads JSON with single quotes. */
    public static ObjectNode json(String text) {
        try {
            ObjectNode json = (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
            return json.has("vocab_size") ? json : json.put("vocab_size", VOCABULARY);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static EncoderDecoder create(ObjectNode config) {
        Threads.threads(1); // in models this small, threads mostly wait for each other
        return (EncoderDecoder) Models.create(config, 5);
    }

    /** Rows of one length. */
    public static Tensor ids(long[]... rows) {
        long[] all = Stream.of(rows).flatMapToLong(Arrays::stream).toArray();
        return Tensor.of(all, rows.length, rows[0].length);
    }
}
