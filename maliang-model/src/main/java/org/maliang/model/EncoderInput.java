package org.maliang.model;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.maliang.tensor.Device;
import org.maliang.tensor.Tensor;

/**
 * What goes into an encoder. Start with {@link #of}, {@link #ofVectors} or {@link #ofImages} and add what differs from the
 * plain case:
 *
 * <pre>{@code EncoderInput.of(ids).withMask(mask).withTypes(types)}</pre>
 *
 * <p>An input is immutable; it holds tensors and owns none. What a family does not read, it refuses.
 */
public final class EncoderInput {

    private @Nullable Tensor ids; // [batch, time]
    private @Nullable Tensor vectors; // [batch, time, hidden]
    private @Nullable Tensor images; // [batch, channels, height, width]
    private @Nullable Tensor mask; // [batch, time] or [batch, from, to]
    private @Nullable Tensor types; // [batch, time]
    private @Nullable Tensor positions; // [batch, time]
    private @Nullable Tensor tasks; // [batch, time]
    private @Nullable Tensor boxes; // [batch, time, 4]
    private boolean training;

    private EncoderInput() {}

    /** Token ids {@code [batch, time]}: no padding, all of the first type, positions counted, dropout off. */
    public static EncoderInput of(Tensor ids) {
        return new EncoderInput().with(copy -> copy.ids = ids);
    }

    /** Vectors in place of the token embeddings: {@code [batch, time, size of the embeddings]}. */
    public static EncoderInput ofVectors(Tensor vectors) {
        return new EncoderInput().with(copy -> copy.vectors = vectors);
    }

    /** Normalised pixels {@code [batch, channels, height, width]} and no text. */
    public static EncoderInput ofImages(Tensor images) {
        return new EncoderInput().withImages(images);
    }

    /** Where what is read lies. */
    public Device device() {
        return Stream.of(ids(), vectors(), images())
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow()
                .device();
    }

    /** Who may be seen, 1, and who not, 0: {@code [batch, time]}, or {@code [batch, from, to]} for every pair. */
    public EncoderInput withMask(Tensor newMask) {
        return with(copy -> copy.mask = newMask);
    }

    /** Which segment a token belongs to: {@code [batch, time]}. */
    public EncoderInput withTypes(Tensor newTypes) {
        return with(copy -> copy.types = newTypes);
    }

    /** Sets positions instead of counting them: {@code [batch, time]}. */
    public EncoderInput withPositions(Tensor newPositions) {
        return with(copy -> copy.positions = newPositions);
    }

    /** Which task a token is read for: {@code [batch, time]}. */
    public EncoderInput withTasks(Tensor newTasks) {
        return with(copy -> copy.tasks = newTasks);
    }

    /** Where on the page a token stands: {@code [batch, time, (left, top, right, bottom)]}. */
    public EncoderInput withBoxes(Tensor newBoxes) {
        return with(copy -> copy.boxes = newBoxes);
    }

    /** Normalised pixels: {@code [batch, channels, height, width]}. */
    public EncoderInput withImages(Tensor newImages) {
        return with(copy -> copy.images = newImages);
    }

    /** Turns dropout on. */
    public EncoderInput training() {
        return with(copy -> copy.training = true);
    }

    /**
     * Makes rows of choices: ids, mask, types, positions and tasks {@code [batch, choices, time]} become
     * {@code [batch * choices, time]}.
     */
    public EncoderInput flattened() {
        return with(copy -> {
            copy.ids = rows(ids);
            copy.vectors = rows(vectors);
            copy.mask = rows(mask);
            copy.types = rows(types);
            copy.positions = rows(positions);
            copy.tasks = rows(tasks);
        });
    }

    private static @Nullable Tensor rows(@Nullable Tensor choices) {
        return choices == null ? null : choices.flatten(0, 1);
    }

    private EncoderInput with(Consumer<EncoderInput> change) {
        EncoderInput copy = new EncoderInput();
        copy.ids = ids;
        copy.vectors = vectors;
        copy.images = images;
        copy.mask = mask;
        copy.types = types;
        copy.positions = positions;
        copy.tasks = tasks;
        copy.boxes = boxes;
        copy.training = training;
        change.accept(copy);
        return copy;
    }

    public Optional<Tensor> ids() {
        return Optional.ofNullable(ids);
    }

    public Optional<Tensor> vectors() {
        return Optional.ofNullable(vectors);
    }

    public Optional<Tensor> images() {
        return Optional.ofNullable(images);
    }

    public Optional<Tensor> mask() {
        return Optional.ofNullable(mask);
    }

    public Optional<Tensor> types() {
        return Optional.ofNullable(types);
    }

    public Optional<Tensor> positions() {
        return Optional.ofNullable(positions);
    }

    public Optional<Tensor> tasks() {
        return Optional.ofNullable(tasks);
    }

    public Optional<Tensor> boxes() {
        return Optional.ofNullable(boxes);
    }

    public boolean isTraining() {
        return training;
    }

    /** Rows. */
    public long batch() {
        return ids().or(this::vectors)
                .or(this::images)
                .map(given -> given.size(0))
                .orElse(0L);
    }

    /** Tokens a row; 0 where there is no text. */
    public long time() {
        return ids().or(this::vectors).map(text -> text.size(1)).orElse(0L);
    }

    /** The text of a model that reads text; {@link ModelException} where there is none. */
    public Tensor requiredIds() {
        return required(ids, "token ids");
    }

    /** The images of a model that reads images; {@link ModelException} where there are none. */
    public Tensor requiredImages() {
        return required(images, "images");
    }

    private static Tensor required(@Nullable Tensor given, String what) {
        if (given == null) {
            throw new ModelException("this model reads " + what + ", the input has none: add them");
        }
        return given;
    }

    /** Refuses what a model would not look at. */
    public static void refuse(Optional<Tensor> given, String what) {
        if (given.isPresent()) {
            throw new ModelException("this model reads no " + what + ": leave them out");
        }
    }
}
