package org.maliang.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maliang.model.EncoderInput;
import org.maliang.model.Model;
import org.maliang.model.Models;
import org.maliang.model.Placement;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.head.Classifier;
import org.maliang.model.head.MaskedLm;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Encoding;
import org.maliang.tokenizer.Tokenizer;

/** What pipelines make of random models, against the models themselves run on one text at a time. */
class ReadingPipelinesTest {

    private static final Offset<Double> CLOSE = within(1e-4);
    private static final int ROOM = 24; // of Characters.bert
    private static final String SHORT = Characters.text(7, 9, 30);
    private static final String MIDDLE = Characters.text(12, 5, 33, 8, 8, 21, 14);
    private static final String LONG = Characters.text(
            IntStream.range(0, 61).map(i -> 5 + (i * i * 7 + i) % 35).toArray());
    private static final String[] RELATIONS = {"contradiction", "neutral", "entailment"};

    @TempDir
    Path directory;

    /** What a model makes of one input, with segments. */
    private static <M extends Model> float[] direct(
            Path place, Class<M> kind, Function<Tokenizer, Encoding> encoding, Run<M> run) {
        try (Tokenizer tokenizer = Tokenizer.load(place);
                M model = kind.cast(Models.load(place));
                Scope scope = Scope.open()) {
            Encoding text = encoding.apply(tokenizer);
            EncoderInput input = EncoderInput.of(Tensor.of(text.ids(), 1, text.length()))
                    .withTypes(Tensor.of(text.typeIds(), 1, text.length()));
            return run.of(model, input).toFloats();
        }
    }

    private interface Run<M> {
        Tensor of(M model, EncoderInput input);
    }

    private static double[] classes(Path place, String first, String second) {
        float[] logits = direct(
                place,
                Classifier.class,
                tokenizer -> tokenizer.encodePair(first, second),
                (model, input) -> model.logits(model.encoder().hidden(input), input));
        return IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray();
    }

    @Test
    void pairsAreReadWithTheirSegments() {
        Path place = Characters.bert(directory, "BertForSequenceClassification", RELATIONS);
        try (PairClassification nli = Pipelines.nli(place)) {
            List<Labels> found = nli.runAll(List.of(new TextPair(SHORT, MIDDLE), new TextPair(MIDDLE, SHORT)));
            double[] expected = Judge.softmax(classes(place, MIDDLE, SHORT));
            for (int i = 0; i < RELATIONS.length; i++) {
                assertThat(found.get(1).score(RELATIONS[i])).isCloseTo(expected[i], CLOSE);
            }
            assertThat(nli.run(SHORT, MIDDLE).score()).isCloseTo(found.get(0).score(), CLOSE);
            Labels named = nli.call(Map.of("sentence1", SHORT, "sentence2", MIDDLE));
            assertThat(named.json().path("labels").path(0).asText())
                    .isEqualTo(found.get(0).label());
            assertThat(nli.run(LONG, LONG).labels()).containsExactlyInAnyOrder(RELATIONS);
            assertThatThrownBy(() -> nli.call("春")).hasMessageContaining("sentence1 and sentence2");
            assertThatThrownBy(() -> nli.call(Map.of("sentence1", SHORT)))
                    .hasMessageContaining("sentence2 or hypothesis");
            assertThatThrownBy(() -> nli.call(Map.of("premise", SHORT, "other", 1)))
                    .hasMessageContaining("[other]");
            assertThatThrownBy(() -> nli.call(Map.of("sentence1", 3, "sentence2", SHORT)))
                    .hasMessageContaining("expected a string");
        }
    }

    /** A family without segments, whose tokenizer marks them all the same. */
    @Test
    void segmentsAreLeftOutWhereAModelReadsNone() throws IOException {
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree("""
                {"model_type": "distilbert", "dim": 15, "n_layers": 1, "n_heads": 3, "hidden_dim": 22,
                 "max_position_embeddings": 24, "initializer_range": 0.5}""");
        Path place = Characters.save(
                directory, config.put("vocab_size", Characters.SIZE), "DistilBertForSequenceClassification", "0", "1");
        try (PairClassification pairs = Pipelines.sentenceSimilarity(place)) {
            assertThat(pairs.run(SHORT, MIDDLE).scores()).hasSize(2);
        }
    }

    @Test
    void labelsAreHypotheses() {
        Path place = Characters.bert(directory, "BertForSequenceClassification", RELATIONS);
        List<String> labels = List.of(Characters.text(20), Characters.text(21, 22), Characters.text(17, 5));
        try (ZeroShotClassification judge = Pipelines.zeroShotClassification(place)) {
            double[] follows = labels.stream()
                    .mapToDouble(label -> classes(place, SHORT, label)[2])
                    .toArray();
            Labels one = judge.run(SHORT, labels);
            Labels many = judge.call(Map.of("text", SHORT, "candidate_labels", labels, "multi_label", true));
            for (int i = 0; i < labels.size(); i++) {
                double[] logits = classes(place, SHORT, labels.get(i));
                assertThat(one.score(labels.get(i))).isCloseTo(Judge.softmax(follows)[i], CLOSE);
                assertThat(many.score(labels.get(i))).isCloseTo(Judge.softmax(logits[0], logits[2])[1], CLOSE);
            }
            Labels wrapped = judge.call(Map.of(
                    "text",
                    SHORT,
                    "candidate_labels",
                    labels.get(0),
                    "hypothesis_template",
                    SHORT + "{}",
                    "multi_label",
                    true));
            double[] logits = classes(place, SHORT, SHORT + labels.get(0));
            assertThat(wrapped.score()).isCloseTo(Judge.softmax(logits[0], logits[2])[1], CLOSE);
        }
        assertThatThrownBy(() -> Pipelines.zeroShotClassification(
                        Characters.bert(directory, "BertForSequenceClassification", "good", "bad")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("[good, bad]");
    }

    @Test
    void blanksTakeTheMostProbableWords() {
        Path place = Characters.bert(directory, "BertForMaskedLM");
        String text = SHORT + "[MASK]" + MIDDLE + "[MASK]";
        float[] logits = direct(
                place,
                MaskedLm.class,
                tokenizer -> tokenizer.encodeWithSpecials(text),
                (model, input) -> model.logits(model.encoder().hidden(input)));
        try (FillMask filler = Pipelines.fillMask(place)) {
            FilledText filled = filler.runAll(List.of("[MASK]", text)).get(1);
            List<Integer> places = List.of(4, 12); // behind [CLS]
            for (int blank = 0; blank < 2; blank++) {
                int from = places.get(blank) * Characters.SIZE;
                double[] shares = Judge.softmax(IntStream.range(from, from + Characters.SIZE)
                        .mapToDouble(i -> logits[i])
                        .toArray());
                int best = IntStream.range(0, shares.length)
                        .boxed()
                        .max(Comparator.comparingDouble(i -> shares[i]))
                        .orElseThrow();
                assertThat(filled.blanks().get(blank).scores().get(0)).isCloseTo(shares[best], CLOSE);
                try (Tokenizer tokenizer = Tokenizer.load(place)) {
                    assertThat(filled.blanks().get(blank).tokens().get(0)).isEqualTo(tokenizer.token(best));
                }
            }
            assertThat(filled.text())
                    .isEqualTo(SHORT
                            + filled.blanks().get(0).tokens().get(0)
                            + MIDDLE
                            + filled.blanks().get(1).tokens().get(0));
            assertThat(filled.json().path("blanks").path(1).path("tokens")).hasSize(5);
            assertThatThrownBy(() -> filler.run(SHORT)).hasMessageContaining("write [MASK]");
            assertThatThrownBy(() -> filler.run(LONG + "[MASK]")).hasMessageContaining("24 tokens, shorten");
        }
    }

    /** Every window, read by itself, knows what its tokens are called; the one with most around a token has the say. */
    @Test
    void longTextsAreMarkedInWindows() {
        Path place = Characters.bert(directory, "BertForTokenClassification", "a", "b", "c");
        int size = ROOM - 2;
        try (TokenClassification marker = Pipelines.tokenClassification(place)) {
            List<Integer> starts = List.of(0, 11, 22, 33, 44);
            SpanBuilder expected = new SpanBuilder(LONG);
            for (int i = 0; i < LONG.length(); i++) {
                int token = i;
                int start = starts.stream()
                        .filter(from -> from <= token && token < from + size)
                        .max(Comparator.comparingInt(from -> around(from, size, token)))
                        .orElseThrow();
                String part = LONG.substring(start, Math.min(LONG.length(), start + size));
                expected.add(labels(marker.run(part)).get(i - start), i, i + 1, false);
            }
            assertThat(marker.runAll(List.of(SHORT, LONG)).get(1).spans()).isEqualTo(expected.spans());
            assertThat(marker.run("").spans()).isEmpty();
            assertThat(marker.run(" " + SHORT)
                            .json()
                            .path("output")
                            .path(0)
                            .path("start")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    private static int around(int start, int size, int token) {
        int before = start == 0 ? Integer.MAX_VALUE : token - start;
        int after = start + size >= LONG.length() ? Integer.MAX_VALUE : start + size - 1 - token;
        return Math.min(before, after);
    }

    /** The label of every character of what was marked whole. */
    private static List<String> labels(Spans spans) {
        return spans.spans().stream()
                .flatMap(span -> Stream.generate(span::type).limit(span.span().length()))
                .toList();
    }

    @Test
    void wordsAreTheWholeText() {
        Path place = Characters.bert(directory, "BertForTokenClassification", "B", "M", "E", "S", "O");
        try (WordSegmentation cutter = Pipelines.wordSegmentation(place)) {
            Words words = cutter.run(SHORT + " " + LONG);
            assertThat(String.join("", words.words())).isEqualTo(SHORT + LONG);
            assertThat(words.words()).hasSizeGreaterThan(5).noneMatch(String::isBlank);
            assertThat(words.json().path("output")).hasSize(words.words().size());
        }
    }

    @Test
    void longContextsAreSearchedInWindows() {
        Path place = Characters.bert(directory, "BertForQuestionAnswering");
        int size = ROOM - 3 - SHORT.length();
        try (QuestionAnswering reader = Pipelines.questionAnswering(place)) {
            List<Answer> each = new ArrayList<>();
            for (int start = 0; ; start += size - size / 2) {
                int end = Math.min(LONG.length(), start + size);
                Answer found = reader.run(SHORT, LONG.substring(start, end));
                each.add(new Answer(found.text(), found.score(), found.start() + start, found.end() + start));
                if (end == LONG.length()) {
                    break;
                }
            }
            Answer expected =
                    each.stream().max(Comparator.comparingDouble(Answer::score)).orElseThrow();
            Answer whole = reader.call(Map.of("question", SHORT, "context", LONG));
            assertThat(whole.text()).isEqualTo(expected.text());
            assertThat(whole.start()).isEqualTo(expected.start());
            assertThat(whole.score()).isCloseTo(expected.score(), CLOSE).isBetween(0.0, 1.0);
            assertThat(LONG.substring(whole.start(), whole.end())).isEqualTo(whole.text());
            assertThat(reader.run(LONG, SHORT).text()).isNotEmpty();
            assertThatThrownBy(() -> reader.run(SHORT, " ")).hasMessageContaining("give a context");
        }
    }

    /** The best start and end of a short context, from the model's own scores. */
    @Test
    void answersHaveTheirProbability() {
        Path place = Characters.bert(directory, "BertForQuestionAnswering");
        float[] scores = direct(
                place,
                org.maliang.model.head.QuestionAnswering.class,
                tokenizer -> tokenizer.encodePair(SHORT, MIDDLE),
                (model, input) -> {
                    var span = model.span(model.encoder().hidden(input), input);
                    return Tensor.cat(List.of(span.start(), span.end()), 1);
                });
        int first = 2 + SHORT.length();
        double[][] shares = new double[2][];
        for (int side = 0; side < 2; side++) {
            int offset = side * scores.length / 2;
            shares[side] =
                    Judge.softmax(IntStream.concat(IntStream.of(0), IntStream.range(first, first + MIDDLE.length()))
                            .mapToDouble(i -> scores[offset + i])
                            .toArray());
        }
        double best = 0;
        String text = "";
        for (int i = 0; i < MIDDLE.length(); i++) {
            for (int j = i; j < MIDDLE.length(); j++) {
                if (shares[0][i + 1] * shares[1][j + 1] > best) {
                    best = shares[0][i + 1] * shares[1][j + 1];
                    text = MIDDLE.substring(i, j + 1);
                }
            }
        }
        try (QuestionAnswering reader = Pipelines.questionAnswering(place)) {
            Answer answer = reader.run(SHORT, MIDDLE);
            assertThat(answer.text()).isEqualTo(text);
            assertThat(answer.score()).isCloseTo(best, CLOSE);
        }
    }

    @Test
    void sentencesAreComparedByTheirVectors() throws IOException {
        Path place = Characters.bert(directory, "BertModel");
        List<float[]> mean;
        try (SentenceEmbedding embedder = Pipelines.sentenceEmbedding(place)) {
            Vectors found = embedder.call(
                    Map.of("source_sentence", List.of(SHORT), "sentences_to_compare", List.of(MIDDLE, SHORT)));
            mean = found.vectors();
            assertThat(mean).hasSize(3);
            assertThat(found.scores().get(1)).isCloseTo(1, CLOSE);
            assertThat(found.scores().get(0)).isBetween(-1.0, 0.999);
            assertThat(embedder.embed(SHORT)).containsExactly(mean.get(0), within(1e-4f));
            assertThat(found.json().path("text_embedding")).hasSize(3);
        }
        try (FeatureExtraction features = (FeatureExtraction) Pipelines.of(Task.FEATURE_EXTRACTION, place);
                TextRanking ranking = Pipelines.textRanking(place)) {
            Vectors states = features.runAll(List.of(MIDDLE, SHORT)).get(1);
            assertThat(states.vectors()).hasSize(SHORT.length() + 2);
            Files.createDirectories(place.resolve("1_Pooling"));
            Files.writeString(place.resolve("1_Pooling").resolve("config.json"), "{\"pooling_mode_cls_token\": true}");
            try (SentenceEmbedding first = Pipelines.sentenceEmbedding(place)) {
                assertThat(first.embed(SHORT)).containsExactly(states.vector(), within(1e-4f));
            }
            assertThat(ranking.run(SHORT, List.of(MIDDLE)).scores().get(0))
                    .isCloseTo(Vectors.cosine(mean.get(0), mean.get(1)), CLOSE);
        }
    }

    @Test
    void aHeadWithOneNumberRanks() {
        Path place = Characters.bert(directory, "BertForSequenceClassification", "relevance");
        try (TextRanking ranking = Pipelines.textRanking(place)) {
            Scores scores =
                    ranking.call(Map.of("source_sentence", SHORT, "sentences_to_compare", List.of(MIDDLE, LONG)));
            double expected = 1 / (1 + Math.exp(-classes(place, SHORT, MIDDLE)[0]));
            assertThat(scores.scores().get(0)).isCloseTo(expected, CLOSE);
            assertThat(scores.json().path("scores")).hasSize(2);
        }
    }

    @Test
    void streamsAreWorkedOnAsTheyCome() {
        Path place = Characters.bert(directory, "BertForSequenceClassification", "good", "bad");
        try (TextClassification judge = Pipelines.textClassification(place)) {
            List<Labels> endless = judge.stream(Stream.iterate(SHORT, text -> text.equals(SHORT) ? MIDDLE : SHORT))
                    .limit(70)
                    .toList();
            assertThat(endless).hasSize(70);
            assertThat(endless.get(69).score()).isCloseTo(judge.run(MIDDLE).score(), CLOSE);
            assertThat(judge.callAll(List.of(SHORT, Map.of("sentence", MIDDLE))))
                    .hasSize(2);
            assertThatThrownBy(() -> judge.call(3)).hasMessageContaining("takes a String or a Map");
        }
    }

    /** Work that nobody wants any more ends before the next batch. */
    @Test
    void whoIsInterruptedReadsNoFurther() {
        try (SentenceEmbedding embedder = Pipelines.sentenceEmbedding(Characters.bert(directory, "BertModel"));
                FeatureExtraction features = new FeatureExtraction(
                        Task.FEATURE_EXTRACTION,
                        Reader.load(Characters.bert(directory, "BertModel"), Placement.CPU.forInference()))) {
            for (Runnable work : List.<Runnable>of(() -> embedder.embed(SHORT), () -> features.run(SHORT))) {
                Thread.currentThread().interrupt();
                try {
                    assertThatThrownBy(work::run).isInstanceOf(CancellationException.class);
                } finally {
                    assertThat(Thread.interrupted()).isTrue();
                }
                work.run();
            }
        }
    }
}
