package org.maliang.serve.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.maliang.model.generate.FinishReason;
import org.maliang.model.generate.MajorityVote;
import org.maliang.model.generate.Sample;
import org.maliang.model.generate.TextListener;
import org.maliang.model.read.LogProbabilities;
import org.maliang.model.read.TokenScore;
import org.maliang.serve.ServedModel;
import org.maliang.serve.ServerMetrics;
import org.maliang.serve.gate.Visit;
import org.maliang.serve.request.SideBySide;

/** Writes what one request asks for, and makes the answer: whole, piece by piece, or as a vote. */
final class TextJob {

    private final ServedModel model;
    private final Visit visit;
    private final Ask ask;
    private final Dialect dialect;
    private final Answer answer;
    private final ServerMetrics.Request measured;
    private final SideBySide others;
    private final int promptTokens;

    TextJob(
            ServedModel model,
            Visit visit,
            Ask ask,
            Dialect dialect,
            ServerMetrics.Request measured,
            SideBySide others) {
        this.model = model;
        this.visit = visit;
        this.ask = ask;
        this.dialect = dialect;
        this.answer = new Answer(dialect, model.name(), ask.options().seed());
        this.measured = measured;
        this.others = others;
        this.promptTokens = model.tokenizer().encodeAll(ask.prompts()).stream()
                .mapToInt(ids -> ids.length)
                .sum();
        measured.read(promptTokens);
    }

    /** The texts of one prompt, with their tokens where scores were asked for. */
    private record Page(List<Sample> samples, List<List<Spelled>> tokens) {}

    /** The answer as one object. */
    ObjectNode whole() {
        List<Page> pages = each(this::page);
        ObjectNode object = answer.object(false);
        for (int prompt = 0; prompt < pages.size(); prompt++) {
            Page page = pages.get(prompt);
            List<Spelled> before = echoed(prompt);
            for (int i = 0; i < page.samples.size(); i++) {
                Sample sample = page.samples.get(i);
                ObjectNode choice = Answer.choice(object, prompt * ask.options().samples() + i);
                List<Spelled> tokens = Stream.concat(before.stream(), page.tokens.get(i).stream())
                        .toList();
                dialect.whole(choice, shown(prompt) + sample.text(), scored(tokens), 0);
                Answer.finish(choice, sample.finishReason());
            }
        }
        Answer.usage(object, promptTokens, wrote(pages.stream().flatMap(page -> page.samples.stream())));
        return object;
    }

    /** The most frequent of many texts, and how often each was written. */
    ObjectNode vote() {
        List<Sample> samples = write(0, (sample, text) -> measured.piece());
        MajorityVote vote = MajorityVote.of(samples.stream().map(Sample::text).toList());
        ObjectNode object = answer.object(false);
        ObjectNode choice = Answer.choice(object, 0);
        dialect.whole(choice, vote.winner().text(), Optional.empty(), 0);
        Answer.finish(choice, FinishReason.STOP);
        ObjectNode counted = object.putObject("vote").put("total", vote.votes());
        ArrayNode answers = counted.putArray("answers");
        vote.answers()
                .forEach(one -> answers.addObject()
                        .put("text", one.text())
                        .put("count", one.votes())
                        .put("share", one.share()));
        Answer.usage(object, promptTokens, wrote(samples.stream()));
        return object;
    }

    /** The answer piece by piece. */
    void stream(EventStream events) {
        List<List<Sample>> all = each(prompt -> {
            Pieces pieces = new Pieces(prompt, events);
            pieces.echo();
            List<Sample> samples = write(prompt, pieces);
            pieces.finish(samples);
            return samples;
        });
        int written = wrote(all.stream().flatMap(List::stream));
        if (ask.usage()) {
            ObjectNode last = answer.object(true);
            Answer.usage(last, promptTokens, written);
            events.send(last);
        }
        events.done();
    }

    private Page page(int prompt) {
        List<List<Spelled>> tokens = IntStream.range(0, ask.options().samples())
                .<List<Spelled>>mapToObj(sample -> new ArrayList<>())
                .toList();
        List<Sample> samples = write(prompt, new TextListener() {
            @Override
            public void piece(int sample, String text) {
                measured.piece();
            }

            @Override
            public int alternatives() {
                return ask.alternatives();
            }

            @Override
            public void token(int sample, TokenScore score) {
                tokens.get(sample).add(Spelled.of(score, model.tokenizer()));
            }
        });
        return new Page(samples, tokens);
    }

    private List<Sample> write(int prompt, TextListener listener) {
        if (!ask.writes()) {
            return List.of(new Sample("", 0, FinishReason.LENGTH));
        }
        return model.writer().write(ask.prompts().get(prompt), ask.options(), listener, visit.gone());
    }

    private <T> List<T> each(IntFunction<T> work) {
        return others.each(ask.prompts().size(), work, visit);
    }

    private int wrote(Stream<Sample> samples) {
        return samples.mapToInt(sample -> {
                    measured.wrote(sample);
                    return sample.tokens();
                })
                .sum();
    }

    private String shown(int prompt) {
        return ask.echo() ? ask.shown().get(prompt) : "";
    }

    private Optional<List<Spelled>> scored(List<Spelled> tokens) {
        return ask.alternatives() < 0 ? Optional.empty() : Optional.of(tokens);
    }

    /** The prompt's own tokens, where they are wanted. */
    private List<Spelled> echoed(int prompt) {
        if (!ask.echo() || ask.alternatives() < 0) {
            return List.of();
        }
        String text = ask.prompts().get(prompt);
        int[] ids = model.tokenizer().encode(text);
        List<TokenScore> scores = model.call(
                () -> new LogProbabilities(model.writer().decoder().orElseThrow(), model.tokenizer())
                        .of(List.of(text), ask.alternatives())
                        .get(0),
                visit.gone());
        List<Spelled> tokens = new ArrayList<>();
        for (int i = 0; i < ids.length - scores.size(); i++) { // a model without a beginning knows nothing of the first
            tokens.add(Spelled.of(new TokenScore(ids[i], Double.NaN, List.of()), model.tokenizer()));
        }
        scores.forEach(score -> tokens.add(Spelled.of(score, model.tokenizer())));
        return tokens;
    }

    /** Sends the texts of one prompt as they are written. */
    private final class Pieces implements TextListener {

        private final int prompt;
        private final EventStream events;
        private final int[] offsets; // of the token that comes next, one a sample
        private final boolean[] begun;
        private final List<List<Spelled>> pending;

        Pieces(int prompt, EventStream events) {
            int samples = ask.options().samples();
            this.prompt = prompt;
            this.events = events;
            this.offsets = new int[samples];
            this.begun = new boolean[samples];
            this.pending = IntStream.range(0, samples)
                    .<List<Spelled>>mapToObj(sample -> new ArrayList<>())
                    .toList();
        }

        void echo() {
            if (ask.echo()) {
                List<Spelled> tokens = echoed(prompt);
                for (int sample = 0; sample < offsets.length; sample++) {
                    pending.get(sample).addAll(tokens);
                    send(sample, shown(prompt), Optional.empty());
                }
            }
        }

        @Override
        public void piece(int sample, String text) {
            measured.piece();
            send(sample, text, Optional.empty());
        }

        @Override
        public int alternatives() {
            return ask.alternatives();
        }

        @Override
        public void token(int sample, TokenScore score) {
            pending.get(sample).add(Spelled.of(score, model.tokenizer()));
        }

        void finish(List<Sample> samples) {
            for (int sample = 0; sample < samples.size(); sample++) {
                send(sample, "", Optional.of(samples.get(sample).finishReason()));
            }
        }

        private void send(int sample, String text, Optional<FinishReason> reason) {
            ObjectNode object = answer.object(true);
            ObjectNode choice = Answer.choice(object, prompt * offsets.length + sample);
            List<Spelled> tokens = List.copyOf(pending.get(sample));
            pending.get(sample).clear();
            dialect.piece(
                    choice,
                    text,
                    !begun[sample],
                    tokens.isEmpty() ? Optional.empty() : Optional.of(tokens),
                    offsets[sample]);
            begun[sample] = true;
            offsets[sample] += tokens.stream().mapToInt(Spelled::length).sum();
            reason.ifPresentOrElse(why -> Answer.finish(choice, why), () -> choice.putNull("finish_reason"));
            if (ask.usage()) {
                object.putNull("usage");
            }
            events.send(object);
        }
    }
}
