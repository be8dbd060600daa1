package org.maliang.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.model.Decoder;
import org.maliang.model.LanguageModel;
import org.maliang.model.Model;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.tensor.Threads;
import org.maliang.tensor.WeightKind;
import org.maliang.train.bench.DecoderShapes;

/**
 * A model to be measured: one with a tokenizer, which writes texts, or a decoder alone.
 *
 * @param name what users call it
 * @param writer owns the model where there is one
 * @param loading seconds from opening its files, or from nothing
 */
record MeasuredModel(String name, Model model, Optional<LanguageModel> writer, double loading)
        implements AutoCloseable {
    private static final double NANOS = 1e9;

    /** A model of files; what is slow about loading is done when it is first used. */
    static MeasuredModel load(Path path, Placement placement, OptionalInt threads) {
        threads.ifPresent(Threads::threads);
        long start = System.nanoTime();
        if (hasTokenizer(path)) {
            LanguageModel writer = LanguageModel.load(path, placement);
            return new MeasuredModel(path.toString(), writer.model(), Optional.of(writer), secondsSince(start));
        }
        try (ModelFiles files = ModelFiles.open(path)) {
            Decoder decoder = Models.decoder(files, placement);
            return new MeasuredModel(path.toString(), decoder, Optional.empty(), secondsSince(start));
        }
    }

    private static boolean hasTokenizer(Path path) {
        try (ModelFiles files = ModelFiles.open(path)) {
            return !files.tokenizerFiles().isEmpty();
        }
    }

    /** A model of random weights, in F16 unless a kind is asked for. */
    static MeasuredModel random(String shape, Placement placement, OptionalInt threads) {
        JsonNode config = DecoderShapes.config(shape);
        threads.ifPresent(Threads::threads);
        WeightKind kind = placement.matrices().orElse(WeightKind.F16);
        long start = System.nanoTime();
        Decoder decoder = Models.random(config, placement.withMatrices(Optional.of(kind)));
        return new MeasuredModel(shape + " " + kind.label(), decoder, Optional.empty(), secondsSince(start));
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / NANOS;
    }

    /** Makes it {@linkplain Model#ready ready} for many positions; the seconds that took. */
    double ready() {
        long start = System.nanoTime();
        model.ready();
        return secondsSince(start);
    }

    /** The model if it continues texts. */
    Optional<Decoder> decoder() {
        return model instanceof Decoder decoder ? Optional.of(decoder) : Optional.empty();
    }

    @Override
    public void close() {
        writer.ifPresentOrElse(LanguageModel::close, model::close);
    }
}
