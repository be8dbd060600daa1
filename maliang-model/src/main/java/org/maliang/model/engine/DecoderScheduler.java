package org.maliang.model.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.maliang.model.Decoder;
import org.maliang.model.generate.TokenGenerator;
import org.maliang.tensor.Scope;

/**
 * Decides what the next pass through the model reads (continuous batching: Yu et al., Orca, OSDI 2022): the latest token of
 * every text on its way and, beside them, a chunk of the prompts that have just been admitted. A text is admitted as soon as
 * the arena has a run for all it may become; nothing is ever taken back from it. Requests take turns in their order, where
 * every sample that has begun puts a request back by one: many samples do not keep others waiting, and nobody waits for ever.
 *
 * <p>For one thread, whose number of LibTorch's threads it sets. Owns the arena and the sequences.
 */
final class DecoderScheduler implements Scheduler {

    private final Decoder decoder;
    private final TokenGenerator generator;
    private final EngineSettings settings;
    private final Arena arena;
    private final Prefixes prefixes;
    private final Deque<Job> waiting = new ArrayDeque<>(); // with texts that have not begun
    private final List<Sequence> running = new ArrayList<>();
    private final float[] row;
    private final PassThreads threads;
    private long arrived; // requests
    private long steps;
    private long read;
    private long copied;
    private long written;
    private long guessed;
    private long hit;

    /** @param generator begins and ends texts */
    DecoderScheduler(Decoder decoder, TokenGenerator generator, EngineSettings settings) {
        this.decoder = decoder;
        this.generator = generator;
        this.settings = settings;
        this.arena = new Arena(decoder, Arena.blocksOf(settings.positions()));
        this.prefixes = new Prefixes(arena);
        this.row = new float[decoder.config().vocabularySize()];
        this.threads = new PassThreads(decoder);
    }

    @Override
    public Job job(Request request) {
        return Job.of(request, generator, settings);
    }

    @Override
    public void add(Job job) {
        job.arrive(arrived++);
        waiting.add(job);
    }

    @Override
    public boolean idle() {
        return waiting.isEmpty() && running.isEmpty();
    }

    @Override
    public void step() {
        waiting.removeIf(Job::over);
        dropEnded();
        admit();
        dropEnded();
        if (!running.isEmpty()) {
            advance();
            dropEnded();
        }
    }

    @Override
    public Load load() {
        int fresh = (int) waiting.stream().filter(Job::noneBegun).count();
        return new Load(
                fresh,
                running.size(),
                arena.blocks().free(),
                prefixes.size(),
                arena.blocks().count(),
                steps,
                read,
                copied,
                written,
                guessed,
                hit);
    }

    private void admit() {
        Set<Job> reading =
                new HashSet<>(); // a sample of theirs reads the prompt: the others wait, to copy what it computes
        running.stream().filter(Sequence::readsPrompt).forEach(text -> reading.add(text.job));
        Optional<Job> next = next(reading);
        while (next.isPresent() && running.size() < settings.parallel()) {
            Job job = next.get();
            OptionalInt start = room(job.blocks);
            if (start.isEmpty()) {
                return;
            }
            job.guard(() -> begin(job, start.getAsInt()));
            if (job.allBegun() || job.over()) {
                waiting.remove(job);
            } else if (running.get(running.size() - 1).readsPrompt()) {
                reading.add(job);
            }
            next = next(reading);
        }
    }

    /** Whose turn it is. */
    private Optional<Job> next(Set<Job> reading) {
        return waiting.stream().filter(job -> !reading.contains(job)).min(Comparator.comparingLong(Job::turn));
    }

    private OptionalInt room(int blocks) {
        OptionalInt start = arena.blocks().takeRun(blocks);
        while (start.isEmpty() && prefixes.evict()) {
            start = arena.blocks().takeRun(blocks);
        }
        return start;
    }

    private void begin(Job job, int start) {
        Sequence text;
        try {
            text = new Sequence(job, start, arena);
        } catch (RuntimeException e) {
            arena.blocks().release(start, job.blocks);
            throw e;
        }
        float[] scores = job.scores();
        Optional<Sequence> sibling =
                running.stream().filter(other -> other.job == job).findFirst();
        running.add(text);
        if (scores != null && sibling.isPresent()) {
            text.copyPrompt(sibling.get());
            copied += text.line().length();
            take(text, scores, 0);
        } else if (settings.sharing()) {
            int known = prefixes.load(job.request.prompt(), text.run());
            text.copied(known);
            copied += known;
        }
    }

    private void advance() {
        try (Scope scope = Scope.open()) {
            Step step = new Step(decoder, arena);
            int room = settings.chunk();
            for (Sequence text : running) {
                boolean prompt = text.readsPrompt();
                int count = prompt ? Math.min(settings.chunk(), text.unread()) : 1;
                if (!prompt
                        || count <= room
                        || room == settings.chunk()) { // where a prompt is cut does not depend on others
                    text.job.guard(() -> step.add(text, count));
                    room -= prompt ? count : 0;
                    read += prompt ? count : 0;
                }
            }
            if (!step.isEmpty()) {
                run(step);
            }
        }
    }

    private void run(Step step) {
        steps++;
        float[] scores;
        try {
            scores = threads.pass(step.positions(), step::run);
        } catch (RuntimeException e) {
            step.texts().forEach(text -> text.job.future.completeExceptionally(e));
            return;
        }
        step.read(scores, (text, all, first) -> {
            if (text.readsPrompt()) {
                remember(text, Arrays.copyOfRange(all, first, first + row.length));
            }
            text.job.guard(() -> take(text, all, first));
        });
    }

    /** Keeps what others can use of a prompt that has just been read. */
    private void remember(Sequence text, float[] scores) {
        if (!text.job.allBegun()) {
            text.job.scores(scores);
        }
        if (settings.sharing()) {
            prefixes.store(text.job.request.prompt(), text.run());
        }
    }

    private void take(Sequence text, float[] scores, int first) {
        int before = text.line().written();
        text.advance(scores, first, row);
        int fresh = text.line().written() - before;
        written += fresh;
        guessed += text.guessed();
        hit += fresh - 1;
    }

    private void dropEnded() {
        for (Iterator<Sequence> texts = running.iterator(); texts.hasNext(); ) {
            Sequence text = texts.next();
            boolean whole = !text.line().open();
            if (whole || text.job.over()) {
                if (whole && settings.sharing() && !text.job.over()) {
                    prefixes.store(text.read(), text.run());
                }
                texts.remove();
                text.close();
                arena.blocks().release(text.start(), text.job.blocks);
                if (whole) {
                    text.job.finish();
                }
            }
        }
    }

    @Override
    public void close() {
        waiting.forEach(job -> job.future.cancel(true));
        running.forEach(text -> text.job.future.cancel(true));
        running.forEach(Sequence::close);
        arena.close();
        threads.close();
    }
}
