package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.maliang.tokenizer.Tokenizer;

/**
 * A model made ready for a task. {@link Pipelines} makes them; each kind has a class of its own with more ways to be called.
 *
 * <pre>{@code
 * try (var judge = Pipelines.textClassification(Path.of("models/sentiment"))) {
 *     System.out.println(judge.run("这家店很好").label());
 *     judge.stream(lines).forEach(labels -> System.out.println(labels.json()));
 * }
 * }</pre>
 *
 * <p>Owns its model. May be called by many threads at once, though one that batches its inputs is faster.
 *
 * @param <I> what it takes
 * @param <O> what it makes of it
 */
public abstract class Pipeline<I, O extends Output> implements AutoCloseable {

    private static final int TOGETHER = 32; // inputs of a stream that are read at once

    private final Task task;
    private final Signature signature;

    Pipeline(Task task, Signature signature) {
        this.task = task;
        this.signature = signature;
    }

    public final Task task() {
        return task;
    }

    /** What it takes and makes, under ModelScope's keys. */
    public final Signature signature() {
        return signature;
    }

    /** How the model cuts texts. */
    public abstract Tokenizer tokenizer();

    /** How many tokens the model has room for at once. */
    public abstract int contextLength();

    /** The output for one input. */
    public O run(I input) {
        return runAll(List.of(input)).get(0);
    }

    /** The outputs for inputs that are worked on together, in their order. */
    public abstract List<O> runAll(List<I> inputs);

    /** The outputs for inputs that may be endless: a few are worked on together as outputs are asked for. Closes with {@code inputs}. */
    public final Stream<O> stream(Stream<I> inputs) {
        Iterator<I> rest = inputs.iterator();
        Iterator<O> outputs = new Iterator<>() {
            private Iterator<O> ready = List.<O>of().iterator();

            @Override
            public boolean hasNext() {
                return ready.hasNext() || rest.hasNext();
            }

            @Override
            public O next() {
                if (!ready.hasNext()) {
                    List<I> batch = new ArrayList<>();
                    do {
                        batch.add(rest.next());
                    } while (batch.size() < TOGETHER && rest.hasNext());
                    ready = runAll(batch).iterator();
                }
                return ready.next();
            }
        };
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(outputs, Spliterator.ORDERED), false)
                .onClose(inputs::close);
    }

    /** The input that {@code text} alone stands for; {@link IllegalArgumentException} where the task takes more. */
    public abstract I input(String text);

    /**
     * The input that stands under ModelScope's keys.
     *
     * @param fields strings, numbers, booleans, lists and maps of those
     * @throws InputException if something is missing, of another kind, or not known
     */
    public final I input(Map<String, ?> fields) {
        return input(Fields.of(task, fields, signature.names()));
    }

    abstract I input(Fields fields);

    /**
     * Calls a pipeline of a kind that is known at run time only.
     *
     * @param input a {@link String}, or a {@link Map} as {@link #input(Map)} takes it
     */
    public final O call(Object input) {
        return run(anyInput(input));
    }

    /** {@link #call} with inputs that are worked on together. */
    public final List<O> callAll(List<?> inputs) {
        return runAll(inputs.stream().map(this::anyInput).toList());
    }

    private I anyInput(Object input) {
        if (input instanceof String text) {
            return input(text);
        }
        if (input instanceof Map<?, ?> fields && fields.keySet().stream().allMatch(String.class::isInstance)) {
            @SuppressWarnings("unchecked") // all keys are strings
            Map<String, ?> named = (Map<String, ?>) fields;
            return input(named);
        }
        throw new IllegalArgumentException(task + " takes a String or a Map of named fields, not a "
                + input.getClass().getSimpleName());
    }

    /** Frees the model. */
    @Override
    public abstract void close();
}
