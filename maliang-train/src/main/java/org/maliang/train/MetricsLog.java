package org.maliang.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.maliang.train.eval.Score;
import org.maliang.train.recipe.Recipe;

/**
 * {@code metrics.jsonl}: an object a line, each with a {@code step}. Updates have {@code loss} (of that update alone, in
 * nats a token), {@code learning_rate}, {@code grad_norm}, {@code tokens} and {@code tokens_per_second}; evaluations
 * have {@code valid_loss}, {@code valid_perplexity}, {@code valid_bits_per_char} and {@code valid_bits_per_byte};
 * samples have {@code prompt} and {@code sample}.
 *
 * <p>A resumed run drops the lines behind its checkpoint, so that every step stands there once.
 */
final class MetricsLog implements Listener {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private int every = 1;
    private int last;
    private @Nullable BufferedWriter out;

    MetricsLog(Path file) {
        this.file = file;
    }

    @Override
    public void started(Recipe recipe, int step, long parameters, double epochs) {
        every = recipe.train().logEvery();
        last = recipe.train().steps();
        try {
            keepUpTo(step);
            out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keepUpTo(int step) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        List<String> kept = Files.readAllLines(file).stream()
                .filter(line -> stepOf(line) <= step)
                .toList();
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        Files.write(temporary, step == 0 ? List.of() : kept);
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The step of a line; a line that a dying process left unfinished counts as never written. */
    private static long stepOf(String line) {
        try {
            return JSON.readTree(line).path("step").asLong(Long.MAX_VALUE);
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void stepped(Step step) {
        if (step.step() % every == 0 || step.step() == last || step.step() == 1) {
            ObjectNode line = JSON.createObjectNode().put("step", step.step());
            line.put("loss", step.loss()).put("learning_rate", step.learningRate());
            line.put("grad_norm", step.gradientNorm()).put("tokens", step.tokens());
            line.put("tokens_per_second", Math.round(step.tokensPerSecond()));
            write(line);
        }
    }

    @Override
    public void evaluated(int step, Score score, boolean best) {
        ObjectNode line = JSON.createObjectNode().put("step", step);
        line.put("valid_loss", score.loss()).put("valid_perplexity", score.perplexity());
        line.put("valid_bits_per_char", score.bitsPerCharacter()).put("valid_bits_per_byte", score.bitsPerByte());
        write(line);
    }

    @Override
    public void sampled(int step, String prompt, String text) {
        write(JSON.createObjectNode().put("step", step).put("prompt", prompt).put("sample", text));
    }

    @Override
    public void ended() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void write(ObjectNode line) {
        if (out == null) {
            throw new IllegalStateException("the run has not started");
        }
        try {
            out.write(line.toString());
            out.newLine();
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
