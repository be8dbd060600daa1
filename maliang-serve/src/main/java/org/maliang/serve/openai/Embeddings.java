package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.maliang.model.Decoder;
import org.maliang.model.read.TextEmbedder;
import org.maliang.pipeline.SentenceEmbedding;
import org.maliang.pipeline.Task;
import org.maliang.pipeline.Vectors;
import org.maliang.serve.ApiException;
import org.maliang.serve.Json;
import org.maliang.serve.ServedModel;
import org.maliang.serve.request.Fields;

/** {@code POST /v1/embeddings}: vectors of length 1. */
final class Embeddings {

    private static final int MOST_TEXTS = 2048;
    private static final int TEXTS_AT_ONCE = 16; // then others have their turn

    private final Texts texts;

    Embeddings(Texts texts) {
        this.texts = texts;
    }

    void answer(Context context) {
        texts.admitted(context, visit -> {
            Fields fields = new Fields(Json.body(context));
            ServedModel model = texts.model();
            Common.requireModel(fields, model);
            List<String> inputs = fields.texts("input");
            if (inputs.isEmpty() || inputs.size() > MOST_TEXTS) {
                throw fields.wrong("input", "a text, or up to " + MOST_TEXTS + " texts");
            }
            boolean base64 = fields.text("encoding_format")
                    .map(format -> switch (format) {
                        case "float" -> false;
                        case "base64" -> true;
                        default -> throw fields.wrong("encoding_format", "float or base64");
                    })
                    .orElse(false);
            int size = fields.whole("dimensions", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
            fields.ignore("user");
            fields.requireNoOther();
            Json.answer(context, answer(model, inputs, size, base64, visit.gone()));
        });
    }

    private static ObjectNode answer(
            ServedModel model, List<String> inputs, int size, boolean base64, CompletableFuture<?> gone) {
        Function<List<String>, List<float[]>> embedder = embedder(model);
        List<float[]> vectors = new ArrayList<>();
        for (int from = 0; from < inputs.size(); from += TEXTS_AT_ONCE) {
            List<String> some = inputs.subList(from, Math.min(from + TEXTS_AT_ONCE, inputs.size()));
            vectors.addAll(model.call(() -> embedder.apply(some), gone));
        }
        ObjectNode object = Json.object().put("object", "list").put("model", model.name());
        ArrayNode data = object.putArray("data");
        for (int i = 0; i < vectors.size(); i++) {
            if (size != Integer.MAX_VALUE && size > vectors.get(i).length) {
                throw ApiException.badField(
                        "dimensions", "dimensions: vectors of this model have " + vectors.get(i).length);
            }
            float[] vector = unit(Arrays.copyOf(vectors.get(i), Math.min(size, vectors.get(i).length)));
            ObjectNode one = data.addObject().put("object", "embedding").put("index", i);
            if (base64) {
                one.put("embedding", base64(vector));
            } else {
                ArrayNode numbers = one.putArray("embedding");
                for (float number : vector) {
                    numbers.add(number);
                }
            }
        }
        int tokens = model.tokenizer().encodeAll(inputs).stream()
                .mapToInt(ids -> ids.length)
                .sum();
        object.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return object;
    }

    /** How a model makes vectors: as its pipeline does, if that is what it is served for; else the mean of a decoder. */
    private static Function<List<String>, List<float[]>> embedder(ServedModel model) {
        if (model.pipeline() instanceof SentenceEmbedding pipeline) {
            return texts -> pipeline.runAll(texts.stream().map(pipeline::input).toList()).stream()
                    .map(Vectors::vector)
                    .toList();
        }
        Decoder decoder = model.writer()
                .decoder()
                .orElseThrow(() -> ApiException.badRequest(model.name()
                        + " writes about texts and makes no vectors of them: serve a decoder, or a model for "
                        + Task.SENTENCE_EMBEDDING));
        return new TextEmbedder(decoder, model.tokenizer(), TextEmbedder.Pooling.MEAN)::embed;
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        double length = squares == 0 ? 1 : Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
