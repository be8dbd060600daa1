package org.maliang.model.llama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.maliang.model.ConfigReader;
import org.maliang.model.ModelException;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.layer.Rotary;

/**
 * Rotary frequencies and how they are stretched for texts longer than those a model was trained on, as in Hugging Face's
 * {@code modeling_rope_utils.py}.
 *
 * @param dimensions of a head
 * @param base the {@code rope_theta}
 * @param context {@code max_position_embeddings}
 * @param scaling {@code rope_scaling} as it stands; empty for none
 */
public record RotaryScaling(int dimensions, double base, int context, ObjectNode scaling) {

    /** Reads {@code rope_theta} and {@code rope_scaling}, or {@code rope_parameters}, which newer files have for both. */
    static RotaryScaling of(JsonNode json, int dimensions, int context) {
        JsonNode given = json.hasNonNull("rope_parameters") ? json.get("rope_parameters") : json.path("rope_scaling");
        ObjectNode scaling =
                given instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        double base =
                new ConfigReader(scaling).number("rope_theta", new ConfigReader(json).number("rope_theta", 10000));
        scaling.remove("rope_theta");
        RotaryScaling read = new RotaryScaling(dimensions, base, context, scaling);
        read.rotary(1); // says what is wrong with the configuration now, not at the first text
        return read;
    }

    void write(ObjectNode json) {
        json.put("rope_theta", base);
        if (!kind().equals("default")) {
            json.set("rope_scaling", scaling);
        }
    }

    private String kind() {
        ConfigReader reader = new ConfigReader(scaling);
        return reader.text("rope_type", reader.text("type", "default"));
    }

    /** The rotation for a text of {@code length} tokens. */
    Rotary rotary(long length) {
        return switch (kind()) {
            case "default" -> plain(base);
            case "linear" -> slower(1 / factor());
            case "dynamic" -> plain(dynamicBase(length));
            case "llama3" -> llama3();
            case "yarn" -> yarn();
            default ->
                throw new UnsupportedModelException("config.json: rope_scaling of type \"" + kind()
                        + "\" is not supported; default, linear, dynamic, llama3 and yarn are");
        };
    }

    /** How long texts may be: stretched frequencies reach beyond {@code max_position_embeddings}. */
    int reach() {
        double stretched = switch (kind()) {
            case "linear", "dynamic" -> context * factor();
            case "yarn" -> factor() * new ConfigReader(scaling).number("original_max_position_embeddings", context);
            default -> context; // of LLaMA 3.1 too, whose configurations count the stretched length
        };
        return (int) Math.min(Integer.MAX_VALUE, Math.max(context, Math.floor(stretched)));
    }

    /** Whether the rotation is another for longer texts. */
    boolean dependsOnLength() {
        return kind().equals("dynamic");
    }

    private Rotary plain(double theta) {
        return Rotary.of(Rotary.Pairing.HALVES, dimensions, theta);
    }

    private Rotary slower(double by) {
        double[] frequencies = plain(base).frequencies();
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] *= by;
        }
        return new Rotary(Rotary.Pairing.HALVES, frequencies, 1);
    }

    /** NTK-aware: the base grows with the text. */
    private double dynamicBase(long length) {
        if (length <= context) {
            return base;
        }
        double grown = factor() * length / context - (factor() - 1);
        return base * Math.pow(grown, dimensions / (dimensions - 2.0));
    }

    /** Low frequencies are slowed, high ones kept, those between interpolated (LLaMA 3.1). */
    private Rotary llama3() {
        double low = required("low_freq_factor");
        double high = required("high_freq_factor");
        double original = required("original_max_position_embeddings");
        double[] frequencies = plain(base).frequencies();
        for (int i = 0; i < frequencies.length; i++) {
            double wavelength = 2 * Math.PI / frequencies[i];
            if (wavelength > original / low) {
                frequencies[i] /= factor();
            } else if (wavelength >= original / high) {
                double smooth = (original / wavelength - low) / (high - low);
                frequencies[i] *= (1 - smooth) / factor() + smooth;
            }
        }
        return new Rotary(Rotary.Pairing.HALVES, frequencies, 1);
    }

    /** YaRN (Peng et al., arXiv:2309.00071). */
    private Rotary yarn() {
        ConfigReader reader = new ConfigReader(scaling);
        double original = reader.number("original_max_position_embeddings", context);
        double first = dimensionTurning(reader.number("beta_fast", 32), original);
        double last = dimensionTurning(reader.number("beta_slow", 1), original);
        if (reader.flag("truncate", true)) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        first = Math.max(first, 0);
        last = Math.min(last, dimensions - 1.0);
        double span = last == first ? 0.001 : last - first;
        double[] frequencies = plain(base).frequencies();
        for (int i = 0; i < frequencies.length; i++) {
            double slowed = Math.min(1, Math.max(0, (i - first) / span));
            frequencies[i] *= slowed / factor() + 1 - slowed;
        }
        return new Rotary(Rotary.Pairing.HALVES, frequencies, yarnGain(reader));
    }

    private double yarnGain(ConfigReader reader) {
        double wide = reader.number("mscale", 0);
        double all = reader.number("mscale_all_dim", 0);
        double usual = wide > 0 && all > 0 ? gain(wide) / gain(all) : gain(1);
        return reader.number("attention_factor", usual);
    }

    private double gain(double weight) {
        return factor() <= 1 ? 1 : 0.1 * weight * Math.log(factor()) + 1;
    }

    /** The pair that turns {@code turns} times over the original context. */
    private double dimensionTurning(double turns, double original) {
        return dimensions * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(base));
    }

    private double factor() {
        return required("factor");
    }

    private double required(String key) {
        double value = new ConfigReader(scaling).number(key, 0);
        if (!(value > 0)) {
            throw new ModelException(
                    "config.json: rope_scaling of type \"" + kind() + "\" lacks a positive \"" + key + "\"");
        }
        return value;
    }
}
