package org.maliang.model.tensorflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maliang.model.TinyEncoderDecoders;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * Programs of TensorFlow: a tiny model of each, and how it would name and turn Hugging Face's tensors.
 *
 * @param config Hugging Face's
 * @param beside the name of the program's own configuration, and what it says
 * @param names expressions for Hugging Face's names and what takes their place; {@code '} behind it turns the tensor,
 *     {@code ,} cuts it into parts of these names along its last dimension
 */
record Program(String config, String beside, String given, List<String> names) {

    static final Program NEO = new Program(
            "{'model_type':'gpt_neo','vocab_size':40,'max_position_embeddings':16,'hidden_size':12,'num_layers':2,"
                    + "'num_heads':3,'attention_types':[[['global','local'],1]],'window_size':4,"
                    + "'activation_function':'gelu_new','attention_dropout':0.2,'bos_token_id':39,'eos_token_id':39}",
            "config.json",
            "{'n_embd':12,'n_head':3,'n_layer':2,'n_ctx':16,'n_vocab':40,'attention_types':[[['global','local'],1]],"
                    + "'local_attention_radius':4,'attn_dropout':0.2,'embed_dropout':0,'res_dropout':0,'eos_id':39,"
                    + "'moe_layers':[],'axial_pos_emb':false,'rezero':null}",
            List.of(
                    "transformer\\.(wte|wpe)\\.weight -> gpt2/$1",
                    "transformer\\.ln_f\\.weight -> gpt2/ln_f/g",
                    "transformer\\.ln_f\\.bias -> gpt2/ln_f/b",
                    "transformer\\.h\\.(\\d+)\\.ln_(\\d)\\.weight -> gpt2/h$1/norm_$2/g",
                    "transformer\\.h\\.(\\d+)\\.ln_(\\d)\\.bias -> gpt2/h$1/norm_$2/b",
                    "transformer\\.h\\.(\\d+)\\.attn\\.attention\\.([qkv])_proj\\.weight -> gpt2/h$1/attn/$2'",
                    "transformer\\.h\\.(\\d+)\\.attn\\.attention\\.out_proj\\.weight -> gpt2/h$1/attn/o'",
                    "transformer\\.h\\.(\\d+)\\.attn\\.attention\\.out_proj\\.bias"
                            + " -> gpt2/h$1/attn/compute_output_bias/o_b",
                    "transformer\\.h\\.(\\d+)\\.mlp\\.(c_fc|c_proj)\\.weight -> gpt2/h$1/mlp/conv1d_main/$2/kernel'",
                    "transformer\\.h\\.(\\d+)\\.mlp\\.(c_fc|c_proj)\\.bias -> gpt2/h$1/mlp/conv1d_main/$2/bias"));

    static final Program GPT2 = new Program(
            "{'model_type':'gpt2','vocab_size':40,'n_positions':16,'n_embd':12,'n_layer':2,'n_head':3}",
            "hparams.json",
            "{'n_vocab':40,'n_ctx':16,'n_embd':12,'n_head':3,'n_layer':2}",
            List.of(
                    "transformer\\.(wte|wpe)\\.weight -> model/$1",
                    "transformer\\.ln_f\\.weight -> model/ln_f/g",
                    "transformer\\.ln_f\\.bias -> model/ln_f/b",
                    "transformer\\.h\\.(\\d+)\\.(ln_\\d)\\.weight -> model/h$1/$2/g",
                    "transformer\\.h\\.(\\d+)\\.(ln_\\d)\\.bias -> model/h$1/$2/b",
                    "transformer\\.h\\.(\\d+)\\.(attn|mlp)\\.(c_\\w+)\\.weight -> model/h$1/$2/$3/w",
                    "transformer\\.h\\.(\\d+)\\.(attn|mlp)\\.(c_\\w+)\\.bias -> model/h$1/$2/$3/b"));

    static final Program CPM = new Program(
            "{'model_type':'gpt2','vocab_size':40,'n_positions':16,'n_embd':160,'n_layer':2,'n_head':2,"
                    + "'activation_function':'gelu','bos_token_id':7,'eos_token_id':7,'pad_token_id':5}",
            "keras.json",
            "[]",
            List.of(
                    "transformer\\.wte\\.weight -> gpt/embedding/embeddings",
                    "transformer\\.wpe\\.weight -> position_embeddings",
                    "transformer\\.ln_f\\.weight -> gpt/LayerNorm_final_norm/gamma",
                    "transformer\\.ln_f\\.bias -> gpt/LayerNorm_final_norm/beta",
                    "transformer\\.h\\.(\\d)\\.ln_1\\.weight -> gpt/layer0$1/LayerNorm_mlp_ln0/gamma",
                    "transformer\\.h\\.(\\d)\\.ln_1\\.bias -> gpt/layer0$1/LayerNorm_mlp_ln0/beta",
                    "transformer\\.h\\.(\\d)\\.ln_2\\.weight -> gpt/layer0$1/LayerNorm_mlp_ln1/gamma",
                    "transformer\\.h\\.(\\d)\\.ln_2\\.bias -> gpt/layer0$1/LayerNorm_mlp_ln1/beta",
                    "transformer\\.h\\.(\\d)\\.attn\\.c_attn\\.weight -> gpt/layer0$1/attention/query_layer/kernel,"
                            + "gpt/layer0$1/attention/key_layer/kernel,gpt/layer0$1/attention/value_layer/kernel",
                    "transformer\\.h\\.(\\d)\\.attn\\.c_attn\\.bias -> gpt/layer0$1/attention/query_layer/bias,"
                            + "gpt/layer0$1/attention/key_layer/bias,gpt/layer0$1/attention/value_layer/bias",
                    "transformer\\.h\\.(\\d)\\.attn\\.c_proj\\.weight"
                            + " -> gpt/layer0$1/attention/context_projection_layer/kernel",
                    "transformer\\.h\\.(\\d)\\.attn\\.c_proj\\.bias"
                            + " -> gpt/layer0$1/attention/context_projection_layer/bias",
                    "transformer\\.h\\.(\\d)\\.mlp\\.c_fc\\.weight -> gpt/layer0$1/intermediate/kernel",
                    "transformer\\.h\\.(\\d)\\.mlp\\.c_fc\\.bias -> gpt/layer0$1/intermediate/bias",
                    "transformer\\.h\\.(\\d)\\.mlp\\.c_proj\\.weight -> gpt/layer0$1/output/kernel",
                    "transformer\\.h\\.(\\d)\\.mlp\\.c_proj\\.bias -> gpt/layer0$1/output/bias"));

    static final Program BERT = new Program(
            "{'model_type':'bert','architectures':['BertForPreTraining'],'vocab_size':40,'hidden_size':12,"
                    + "'num_hidden_layers':2,'num_attention_heads':3,'intermediate_size':20,"
                    + "'max_position_embeddings':16,'hidden_dropout_prob':0.2}",
            "bert_config.json",
            "{'vocab_size':40,'hidden_size':12,'num_hidden_layers':2,'num_attention_heads':3,'intermediate_size':20,"
                    + "'max_position_embeddings':16,'type_vocab_size':2,'hidden_act':'gelu','hidden_dropout_prob':0.2,"
                    + "'attention_probs_dropout_prob':0.1,'initializer_range':0.02,'directionality':'bidi'}",
            List.of(
                    "bert\\.embeddings\\.(\\w+_embeddings)\\.weight -> bert/embeddings/$1",
                    "bert\\.embeddings\\.LayerNorm\\.weight -> bert/embeddings/LayerNorm/gamma",
                    "bert\\.embeddings\\.LayerNorm\\.bias -> bert/embeddings/LayerNorm/beta",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.attention\\.self\\.(\\w+)\\.weight"
                            + " -> bert/encoder/layer_$1/attention/self/$2/kernel'",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.attention\\.self\\.(\\w+)\\.bias"
                            + " -> bert/encoder/layer_$1/attention/self/$2/bias",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.attention\\.output\\.LayerNorm\\.weight"
                            + " -> bert/encoder/layer_$1/attention/output/LayerNorm/gamma",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.attention\\.output\\.LayerNorm\\.bias"
                            + " -> bert/encoder/layer_$1/attention/output/LayerNorm/beta",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.output\\.LayerNorm\\.weight"
                            + " -> bert/encoder/layer_$1/output/LayerNorm/gamma",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.output\\.LayerNorm\\.bias"
                            + " -> bert/encoder/layer_$1/output/LayerNorm/beta",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.attention\\.output\\.dense\\.weight"
                            + " -> bert/encoder/layer_$1/attention/output/dense/kernel'",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.attention\\.output\\.dense\\.bias"
                            + " -> bert/encoder/layer_$1/attention/output/dense/bias",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.(\\w+)\\.dense\\.weight -> bert/encoder/layer_$1/$2/dense/kernel'",
                    "bert\\.encoder\\.layer\\.(\\d+)\\.(\\w+)\\.dense\\.bias -> bert/encoder/layer_$1/$2/dense/bias",
                    "bert\\.pooler\\.dense\\.weight -> bert/pooler/dense/kernel'",
                    "bert\\.pooler\\.dense\\.bias -> bert/pooler/dense/bias",
                    "cls\\.predictions\\.transform\\.dense\\.weight -> cls/predictions/transform/dense/kernel'",
                    "cls\\.predictions\\.transform\\.dense\\.bias -> cls/predictions/transform/dense/bias",
                    "cls\\.predictions\\.transform\\.LayerNorm\\.weight -> cls/predictions/transform/LayerNorm/gamma",
                    "cls\\.predictions\\.transform\\.LayerNorm\\.bias -> cls/predictions/transform/LayerNorm/beta",
                    "cls\\.predictions\\.bias -> cls/predictions/output_bias",
                    "cls\\.seq_relationship\\.weight -> cls/seq_relationship/output_weights",
                    "cls\\.seq_relationship\\.bias -> cls/seq_relationship/output_bias",
                    "classifier\\.weight -> output_weights",
                    "classifier\\.bias -> output_bias",
                    "qa_outputs\\.weight -> cls/squad/output_weights",
                    "qa_outputs\\.bias -> cls/squad/output_bias"));

    static final Program T5 = new Program(
            "{'model_type':'t5','vocab_size':40,'d_model':12,'d_kv':5,'num_heads':3,'d_ff':20,'num_layers':2,"
                    + "'num_decoder_layers':3,'relative_attention_num_buckets':8,'feed_forward_proj':'relu'}",
            "operative_config.json",
            "{}",
            List.of(
                    "shared\\.weight -> shared/embedding",
                    "lm_head\\.weight -> decoder/logits/kernel'",
                    "(\\w+)\\.final_layer_norm\\.weight -> $1/final_layer_norm/scale",
                    "(\\w+)\\.block\\.(\\d)\\.layer\\.(\\d)\\.layer_norm\\.weight"
                            + " -> $1/block_00$2/layer_00$3/layer_norm/scale",
                    "(\\w+)\\.block\\.(\\d)\\.layer\\.(\\d)\\.(DenseReluDense)\\.(\\w+)\\.weight"
                            + " -> $1/block_00$2/layer_00$3/$4/$5/kernel'",
                    "(\\w+)\\.block\\.(\\d)\\.layer\\.(\\d)\\.(\\w+)\\.(\\w+)\\.weight"
                            + " -> $1/block_00$2/layer_00$3/$4/$5'"));

    /** The same for another configuration, of Hugging Face's and beside the weights. */
    Program with(String key, String value) {
        ObjectNode changed = TinyEncoderDecoders.json(config);
        changed.set(key, TinyEncoderDecoders.json("{'it':" + value + "}").get("it"));
        return new Program(changed.toString(), beside, given, names);
    }

    /** Tensors of Hugging Face's as the program has them, with the states of an optimiser. */
    Map<String, Tensor> layOut(Map<String, Tensor> tensors) {
        Map<String, Tensor> out = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> layOut(name, tensor, out));
        out.keySet().stream().toList().forEach(name -> {
            out.put(name + "/adam_m", Tensor.zerosLike(out.get(name)));
            out.put(name + "_slot_vr", Tensor.zeros(DType.F32, 3));
        });
        out.put("global_step", Tensor.of(new long[] {300}));
        return out;
    }

    private void layOut(String name, Tensor tensor, Map<String, Tensor> out) {
        for (String rule : names) {
            String[] sides = rule.split(" -> ", 2);
            if (name.matches(sides[0])) {
                boolean turned = sides[1].endsWith("'");
                String[] there =
                        name.replaceAll(sides[0], sides[1].replace("'", "")).split(",");
                Tensor flat = turned ? tensor.transpose(0, 1).contiguous() : tensor;
                int last = flat.shape().length - 1;
                long part = flat.shape()[last] / there.length;
                for (int i = 0; i < there.length; i++) {
                    out.put(there[i], flat.narrow(last, i * part, part).contiguous());
                }
                return;
            }
        }
        throw new IllegalStateException("the test does not know " + name);
    }
}
