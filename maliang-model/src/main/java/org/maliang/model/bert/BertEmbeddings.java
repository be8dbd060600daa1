package org.maliang.model.bert;

import java.util.Optional;
import java.util.OptionalInt;
import org.maliang.model.EncoderInput;
import org.maliang.model.layer.Dropout;
import org.maliang.model.layer.Embedding;
import org.maliang.model.layer.Initial;
import org.maliang.model.layer.LayerNorm;
import org.maliang.model.layer.Parameters;
import org.maliang.model.layer.Projection;
import org.maliang.tensor.DType;
import org.maliang.tensor.Tensor;

/**
 * The sum of what is known of a token, normed: its word, its segment, its position, the task it is read for.
 *
 * @param positions empty where attention learns of positions by their distances alone
 * @param tasks empty in families that know no tasks
 * @param norm {@code [batch, time, size] -> [batch, time, size]}
 * @param rule which row of the position table a token reads where the input does not say
 */
public record BertEmbeddings(
        Embedding words,
        Optional<Embedding> positions,
        Embedding types,
        Optional<Embedding> tasks,
        Projection norm,
        Dropout dropout,
        Positions rule) {

    /** Which row of the position table each token reads: {@code [time]} or {@code [batch, time]}. */
    @FunctionalInterface
    public interface Positions {

        Tensor of(EncoderInput input);

        /** One after the other. */
        static Positions counted() {
            return input -> Tensor.arange(input.device(), input.time());
        }

        /** Tokens one after the other from {@code padding + 1}, padding itself at {@code padding} (RoBERTa). */
        static Positions behind(int padding) {
            return input -> input.ids()
                    .map(ids -> {
                        Tensor real = ids.ne(padding).to(DType.I64); // [batch, time]
                        return real.cumsum(1).mul(real).add(padding);
                    })
                    .orElseGet(() -> Tensor.arange(input.device(), input.time()).add(padding + 1.0));
        }
    }

    /**
     * The sizes of the tables.
     *
     * @param size of one vector
     * @param positionOffset rows of the position table that no text uses
     * @param tasks 0 for no such table
     * @param layer for the rest
     */
    public record Tables(
            int words,
            int size,
            int positions,
            int positionOffset,
            int types,
            int tasks,
            OptionalInt padding,
            LayerShape layer) {}

    /** The tables below {@code at} and their norm. */
    public static BertEmbeddings of(Tables tables, Parameters at) {
        return of(
                tables,
                at,
                LayerNorm.of(at.at("LayerNorm"), tables.size(), tables.layer().epsilon())::apply);
    }

    /** The same with a norm of the caller's, or none. */
    public static BertEmbeddings of(Tables tables, Parameters at, Projection norm) {
        Initial initial = tables.layer().initial();
        int size = tables.size();
        boolean moved = tables.positionOffset() > 0;
        Embedding words = Embedding.of(at.at("word_embeddings"), initial, tables.words(), size, tables.padding());
        Embedding positions = Embedding.of(
                at.at("position_embeddings"),
                initial,
                tables.positions(),
                size,
                moved ? tables.padding() : OptionalInt.empty());
        boolean absolute = tables.layer().distances() == Distances.ABSOLUTE;
        return new BertEmbeddings(
                words,
                absolute ? Optional.of(positions) : Optional.empty(),
                Embedding.of(at.at("token_type_embeddings"), initial, tables.types(), size),
                tables.tasks() > 0
                        ? Optional.of(Embedding.of(at.at("task_type_embeddings"), initial, tables.tasks(), size))
                        : Optional.empty(),
                norm,
                tables.layer().dropout(),
                moved ? Positions.behind(tables.positionOffset() - 1) : Positions.counted());
    }

    /** {@code [batch, time, size]}. */
    public Tensor apply(EncoderInput input) {
        return dropout.apply(norm.apply(sum(input)), input.isTraining());
    }

    /** The same before norm and dropout. */
    public Tensor sum(EncoderInput input) {
        Tensor x = input.vectors().orElseGet(() -> words.apply(input.requiredIds())); // [batch, time, size]
        x = x.add(input.types().map(types::apply).orElseGet(() -> types.rows(0, 1)));
        if (positions.isPresent()) {
            Tensor table = positions.get().weight();
            Tensor rows = input.positions().orElseGet(() -> rule.of(input).to(table.device()));
            x = x.add(positions.get().apply(rows));
        }
        if (tasks.isPresent()) {
            Embedding table = tasks.get();
            x = x.add(input.tasks().map(table::apply).orElseGet(() -> table.rows(0, 1)));
        } else {
            EncoderInput.refuse(input.tasks(), "task ids");
        }
        return x;
    }
}
