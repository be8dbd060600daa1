package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.maliang.model.LanguageModel;
import org.maliang.model.engine.Engine;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextGenerator;
import org.maliang.model.generate.TextListener;

/** Writes one text, or many at once, by a model that stays its owner's. */
final class ModelWriter implements Writer {

    private static final int TOGETHER = 16;
    private static final long BYTES = 1L << 30; // for keys and values

    private final LanguageModel model;
    private final TextGenerator generator;

    ModelWriter(LanguageModel model) {
        this.model = model;
        this.generator = model.generator();
    }

    @Override
    public List<Sample> write(String prompt, GenerationOptions options, TextListener listener) {
        return generator.write(prompt, options, listener);
    }

    /** The texts of all prompts, which are on their way together as long as nothing is searched for. */
    @Override
    public List<List<Sample>> writeAll(List<String> prompts, GenerationOptions options) {
        if (prompts.size() <= 1 || options.beams() > 1 || options.search().penaltyAlpha() > 0) {
            return prompts.stream()
                    .map(prompt -> generator.write(prompt, options))
                    .toList();
        }
        int most = (int) Math.min(TOGETHER, (long) prompts.size() * options.drawn());
        ExecutorService callers = Executors.newFixedThreadPool(Math.min(TOGETHER, prompts.size()));
        try (Engine engine = model.engine(most, BYTES, prompts.size())) {
            TextGenerator together = model.generator(engine);
            List<Callable<List<Sample>>> calls = new ArrayList<>();
            prompts.forEach(prompt -> calls.add(() -> together.write(prompt, options)));
            List<List<Sample>> texts = new ArrayList<>();
            for (Future<List<Sample>> text : callers.invokeAll(calls)) {
                texts.add(text.get());
            }
            return texts;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while texts were written", e);
        } finally {
            callers.shutdownNow();
        }
    }
}
