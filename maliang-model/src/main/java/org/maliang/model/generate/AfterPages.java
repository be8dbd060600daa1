package org.maliang.model.generate;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.Input;
import org.maliang.model.SlidingWindow;
import org.maliang.model.layer.KvCache;
import org.maliang.tensor.Device;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * An encoder-decoder that goes on after a text, page by page, as its {@link SlidingWindow} says. When a page is full the
 * encoder reads anew, now with the page, and the decoder begins the next one with the start token (AliceMind's
 * PLUG/generate_plug.py).
 *
 * <p>There, an end that is drawn too early is skipped and the draw counts towards the length, so that texts may come out
 * shorter; here it is not drawn. There, ids without a meaning become unknown words; here they are not drawn, either.
 */
final class AfterPages implements NextToken {

    private final EncoderDecoder model;
    private final SlidingWindow window;
    private int[][] texts; // of each row: begin token, text, what was written
    private Rows page; // owned
    private int written; // on the page
    private boolean begun;

    private AfterPages(EncoderDecoder model, SlidingWindow window, int[] text) {
        this.model = model;
        this.window = window;
        this.texts = new int[][] {text};
        this.page = turn();
    }

    /** Reads the end of a text, with the begin token before it. */
    static AfterPages read(EncoderDecoder model, SlidingWindow window, int[] text) {
        IntStream begin = model.config().bosId().stream();
        int room = Math.max(1, window.source() - 2);
        IntStream end = Arrays.stream(text).skip(Math.max(0, text.length - room));
        return new AfterPages(model, window, IntStream.concat(begin, end).toArray());
    }

    /** A new page; it outlives the step in which it is begun. */
    private Rows turn() {
        try (Scope scope = Scope.open()) {
            EncoderInput source = EncoderInput.of(source().to(model.device())); // [rows, source]
            return Scope.unowned(() -> Rows.read(
                    AboutSource.read(model, source), TokenGenerator.start(model, texts.length), window.target()));
        }
    }

    /** The last tokens of every text, an end behind them; where pages were added the begin token may be lost. */
    private Tensor source() {
        OptionalInt end = model.config().eosId();
        int framing = end.isPresent() ? 1 : 0;
        int length = Math.min(texts[0].length, window.source() - framing);
        long[] ids = new long[texts.length * (length + framing)];
        Arrays.fill(ids, end.orElse(0));
        for (int row = 0; row < texts.length; row++) {
            int first = texts[row].length - length;
            for (int i = 0; i < length; i++) {
                ids[row * (length + framing) + i] = texts[row][first + i];
            }
        }
        return Tensor.of(ids, texts.length, length + framing);
    }

    @Override
    public Device device() {
        return model.device();
    }

    /** Pages have caches of their own. */
    @Override
    public KvCache cache(long rows, long capacity) {
        return KvCache.none();
    }

    @Override
    public Tensor scores(Input input) {
        if (begun) {
            write(input.ids().toInts());
        }
        begun = true;
        return Tensor.of(page.scores(), texts.length, 1, page.vocabulary()).to(device());
    }

    private void write(int[] tokens) {
        for (int row = 0; row < tokens.length; row++) {
            texts[row] = Arrays.copyOf(texts[row], texts[row].length + 1);
            texts[row][texts[row].length - 1] = tokens[row];
        }
        if (++written < window.target()) {
            page.push(tokens);
            return;
        }
        page.close();
        page = turn();
        written = 0;
    }

    @Override
    public void select(int[] from) {
        page.select(from);
        texts = Arrays.stream(from).mapToObj(row -> texts[row].clone()).toArray(int[][]::new);
    }

    @Override
    public long bytes() {
        return page.bytes();
    }

    @Override
    public void close() {
        page.close();
    }
}
