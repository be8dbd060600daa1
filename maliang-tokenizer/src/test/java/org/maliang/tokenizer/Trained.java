package org.maliang.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tokenizers trained for tests, through the files they are meant for. */
final class Trained {
    /** One of each kind, trained on the poems; open as long as the tests run. */
    static final Tokenizer BYTES = open(json(TokenizerTrainer.bytes(TrainingOptions.of(600)), Samples.poems()));

    static final Tokenizer CHARACTERS =
            open(json(TokenizerTrainer.characters(TrainingOptions.of(600)), Samples.poems()));
    static final Tokenizer UNIGRAM = open(json(TokenizerTrainer.unigram(TrainingOptions.of(600)), Samples.poems()));

    private Trained() {}

    static String json(TokenizerTrainer trainer, Stream<String> documents) {
        return inDirectory(directory -> {
            trainer.train(documents).write(directory);
            return Files.readString(directory.resolve("tokenizer.json"));
        });
    }

    static Tokenizer open(String json) {
        return inDirectory(directory -> {
            Files.writeString(directory.resolve("tokenizer.json"), json);
            return Tokenizer.load(directory);
        });
    }

    /** What a stream makes of the ids. */
    static String streamed(Tokenizer tokenizer, int[] ids) {
        TextStream stream = tokenizer.stream();
        return Arrays.stream(ids).mapToObj(stream::push).collect(Collectors.joining()) + stream.flush();
    }

    private interface Work<T> {
        T in(Path directory) throws IOException;
    }

    private static <T> T inDirectory(Work<T> work) {
        try {
            Path directory = Files.createTempDirectory("trained");
            try {
                return work.in(directory);
            } finally {
                for (String file : new String[] {"tokenizer.json", "tokenizer_config.json", ""}) {
                    Files.deleteIfExists(directory.resolve(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
