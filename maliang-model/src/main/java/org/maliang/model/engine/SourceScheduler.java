package org.maliang.model.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.maliang.model.EncoderDecoder;
import org.maliang.model.EncoderDecoderConfig;
import org.maliang.model.generate.Line;
import org.maliang.model.generate.Lockstep;
import org.maliang.model.generate.TokenGenerator;

/**
 * Writes with an encoder-decoder. Texts that wait at the same time begin together and go on in step, a token each a pass; those
 * that come later make a group of their own, and groups take turns, so that nobody waits for the end of another's text. When
 * there are as many groups as may be, those that wait meanwhile become one. Where a model reads one text at a time, so do
 * groups.
 *
 * <p>Sources of a group are padded, which may change the last digits of scores.
 */
final class SourceScheduler implements Scheduler {

    private static final int GROUPS = 4; // the fewer, the more texts a pass has

    private final EncoderDecoder model;
    private final int choosable;
    private final EngineSettings settings;
    private final Deque<Job> waiting = new ArrayDeque<>(); // with texts that have not begun
    private final List<Group> groups = new ArrayList<>();
    private long steps;
    private long read;
    private long written;

    /** @param choosable ids below this are written */
    SourceScheduler(EncoderDecoder model, int choosable, EngineSettings settings) {
        this.model = model;
        this.choosable = choosable;
        this.settings = settings;
    }

    /** Texts in step, and the positions that are kept for them. */
    private record Group(Lockstep<Text> texts, long positions) {}

    /** A text on its way. */
    private final class Text implements Lockstep.Text {

        private final Job job;
        private final int index; // of the sample
        private final Line line;

        Text(Job job) {
            this.job = job;
            this.index = job.begin();
            this.line = job.lines.get(index);
        }

        @Override
        public Line line() {
            return line;
        }

        @Override
        public boolean next(float[] scores, int first, float[] row) {
            job.guard(() -> {
                if (!job.over()) {
                    int before = line.written();
                    boolean more = line.next(index, job.request.listener(), scores, first, row);
                    written += line.written() - before;
                    if (!more) {
                        job.finish();
                    }
                }
            });
            return line.open() && !job.over();
        }
    }

    @Override
    public Job job(Request request) {
        check(request.prompt());
        TokenGenerator tokens = TokenGenerator.reading(model, request.prompt()).choosingBelow(choosable);
        return Job.about(request, tokens.lines(TokenGenerator.start(model, 1), request.options()));
    }

    /** What others that are read beside it would suffer from. */
    private void check(int[] source) {
        EncoderDecoderConfig config = model.config();
        boolean window = config.window().isPresent(); // frames and cuts the text
        if (source.length == 0 && !window) {
            throw new IllegalArgumentException("the source is empty: there is nothing to write about");
        }
        if (config.bounded() && source.length > config.contextLength() && !window) {
            throw new IllegalArgumentException("the source has " + source.length + " tokens and the model reads "
                    + config.contextLength() + ": shorten it");
        }
        for (int id : source) {
            if (id < 0 || id >= config.vocabularySize()) {
                throw new IllegalArgumentException(
                        "id " + id + " of the source is outside the model's vocabulary of " + config.vocabularySize());
            }
        }
    }

    @Override
    public void add(Job job) {
        waiting.add(job);
    }

    @Override
    public boolean idle() {
        return waiting.isEmpty() && groups.isEmpty();
    }

    @Override
    public void step() {
        waiting.removeIf(Job::over);
        while (groups.size() < GROUPS && begin()) {
            waiting.removeIf(job -> job.over() || job.allBegun());
        }
        for (Iterator<Group> all = groups.iterator(); all.hasNext(); ) {
            Group group = all.next();
            if (!advance(group.texts)) {
                all.remove();
                group.texts.close();
            }
        }
    }

    private boolean advance(Lockstep<Text> texts) {
        steps++;
        List<Text> before = texts.open();
        try {
            return texts.step();
        } catch (RuntimeException | Error e) {
            before.forEach(text -> text.job.future.completeExceptionally(e));
            return false;
        }
    }

    /** Begins a group of those that wait, in their order, as far as there is room; alone, a text always has room. */
    private boolean begin() {
        List<int[]> sources = new ArrayList<>();
        List<Text> texts = new ArrayList<>();
        List<Integer> about = new ArrayList<>();
        long length = 0; // of source and text
        for (Job job : waiting) {
            long longest = Math.max(
                    length,
                    job.request.prompt().length + (long) job.lines.get(0).limit());
            long room = Math.min(settings.parallel() - running(), free() / longest) - texts.size();
            if (groups.isEmpty() && texts.isEmpty()) {
                room = Math.max(1, room);
            }
            if (room <= 0 || !texts.isEmpty() && model.config().window().isPresent()) {
                break;
            }
            length = longest;
            sources.add(job.request.prompt());
            read += job.request.prompt().length;
            for (; room > 0 && !job.allBegun(); room--) {
                about.add(sources.size() - 1);
                texts.add(new Text(job));
            }
        }
        if (texts.isEmpty()) {
            return false;
        }
        try {
            int[] rows = about.stream().mapToInt(i -> i).toArray();
            groups.add(new Group(Lockstep.reading(model, sources, texts, rows), length * texts.size()));
        } catch (RuntimeException | Error e) {
            texts.forEach(text -> text.job.future.completeExceptionally(e));
        }
        return true;
    }

    private int running() {
        return groups.stream().mapToInt(group -> group.texts.open().size()).sum();
    }

    /** Positions that no group has. */
    private long free() {
        return settings.positions()
                - groups.stream().mapToLong(Group::positions).sum();
    }

    @Override
    public Load load() {
        int fresh = (int) waiting.stream().filter(Job::noneBegun).count();
        return new Load(fresh, running(), 0, 0, 0, steps, read, 0, written, 0, 0);
    }

    @Override
    public void close() {
        waiting.forEach(job -> job.future.cancel(true));
        for (Group group : groups) {
            group.texts.open().forEach(text -> text.job.future.cancel(true));
            group.texts.close();
        }
    }
}
