package org.maliang.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.maliang.model.Encoder;
import org.maliang.model.EncoderInput;
import org.maliang.model.UnsupportedModelException;
import org.maliang.model.head.MaskedLm;
import org.maliang.model.head.Pretraining;
import org.maliang.model.head.TaskModel;
import org.maliang.tensor.DType;
import org.maliang.tensor.Sorted;
import org.maliang.tensor.Tensor;
import org.maliang.tokenizer.Encoding;
import org.maliang.tokenizer.Tokenizer;

/** Fills blanks in a text, each for itself: {@code 春眠不觉[MASK]}, with the mask token that the model has. */
public final class FillMask extends ReadingPipeline<String, FilledText> {

    private static final int CANDIDATES = 5;

    private final Encoder encoder;
    private final UnaryOperator<Tensor> words; // [..., hidden] -> [..., vocabulary]
    private final String mask;
    private final int maskId;

    FillMask(Task task, Reader reader) {
        super(task, Signature.text("春眠不觉" + mask(reader), "text", "blanks"), reader);
        TaskModel model = Heads.require(task, reader, TaskModel.class, "a head of masked words (…ForMaskedLM)");
        this.encoder = model.encoder();
        if (model instanceof MaskedLm filler) {
            this.words = filler::logits;
        } else if (model instanceof Pretraining filler) {
            this.words = filler::wordLogits;
        } else {
            throw Heads.lacking(task, reader, "a head of masked words (…ForMaskedLM)");
        }
        this.mask = mask(reader);
        this.maskId = reader.tokenizer().id(mask).orElseThrow();
    }

    private static String mask(Reader reader) {
        return Stream.of("[MASK]", "<mask>")
                .filter(token -> reader.tokenizer().id(token).isPresent())
                .findFirst()
                .orElseThrow(() -> new UnsupportedModelException(
                        "the tokenizer has no mask token, [MASK] or <mask>, that stands for a blank"));
    }

    /** How a blank is written. */
    public String mask() {
        return mask;
    }

    /** @throws IllegalArgumentException if a text has no blank, or its last one is behind what the model reads */
    @Override
    public List<FilledText> runAll(List<String> texts) {
        List<Encoding> encoded = reader().encode(texts);
        for (int i = 0; i < texts.size(); i++) {
            requireBlanks(texts.get(i), encoded.get(i));
        }
        List<List<FilledText.Blank>> blanks = new ArrayList<>(Collections.nCopies(texts.size(), List.of()));
        reader().readBatches(encoded, (rows, input) -> fill(rows, input, encoded, blanks));
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new FilledText(filled(texts.get(i), blanks.get(i)), blanks.get(i)))
                .toList();
    }

    private void requireBlanks(String text, Encoding encoded) {
        long written =
                Pattern.compile(mask, Pattern.LITERAL).matcher(text).results().count();
        if (written == 0) {
            throw new IllegalArgumentException(
                    "there is no blank in \"" + text + "\": write " + mask + " where one is");
        }
        long read = places(encoded).length;
        if (written != read) {
            throw new IllegalArgumentException("of " + written + " blanks the model reads " + read + ": it takes "
                    + reader().room() + " tokens, shorten the text");
        }
    }

    private int[] places(Encoding encoded) {
        return IntStream.range(0, encoded.length())
                .filter(i -> encoded.ids()[i] == maskId)
                .toArray();
    }

    private void fill(
            List<Integer> rows, EncoderInput input, List<Encoding> encoded, List<List<FilledText.Blank>> blanks) {
        long width = input.time();
        long[] places = IntStream.range(0, rows.size())
                .boxed()
                .flatMapToLong(
                        row -> IntStream.of(places(encoded.get(rows.get(row)))).mapToLong(place -> row * width + place))
                .toArray();
        Tensor states = encoder.hidden(input).narrow(1, 0, width).flatten(0, 1); // [rows * time, hidden]
        Tensor asked = states.indexSelect(0, Tensor.of(places, places.length).to(encoder.device()));
        Tensor named = words.apply(asked)
                .to(DType.F32)
                .softmax(1)
                .narrow(1, 0, reader().tokenizer().vocabularySize());
        Sorted best = named.topk(Math.min(CANDIDATES, named.size(1)), 1); // [blanks, candidates]
        long[] ids = best.indices().toLongs();
        float[] scores = best.values().toFloats();
        int candidates = ids.length / places.length;
        int next = 0;
        for (int row : rows) {
            List<FilledText.Blank> found = new ArrayList<>();
            for (int unused : places(encoded.get(row))) {
                List<String> tokens = new ArrayList<>();
                List<Double> shares = new ArrayList<>();
                for (int i = next; i < next + candidates; i++) {
                    tokens.add(spelled((int) ids[i]));
                    shares.add((double) scores[i]);
                }
                next += candidates;
                found.add(new FilledText.Blank(tokens, shares));
            }
            blanks.set(row, found);
        }
    }

    /** A token without the marks of where in a word it stands. */
    private String spelled(int id) {
        Tokenizer tokenizer = reader().tokenizer();
        String text = tokenizer.decode(new int[] {id}, true).strip();
        return text.startsWith("##") ? text.substring(2) : text;
    }

    private String filled(String text, List<FilledText.Blank> blanks) {
        Matcher matcher = Pattern.compile(mask, Pattern.LITERAL).matcher(text);
        StringBuilder whole = new StringBuilder();
        for (FilledText.Blank blank : blanks) {
            matcher.find();
            matcher.appendReplacement(
                    whole, Matcher.quoteReplacement(blank.tokens().get(0)));
        }
        return matcher.appendTail(whole).toString();
    }

    @Override
    public String input(String text) {
        return text;
    }

    @Override
    String input(Fields fields) {
        return fields.text("text", "sentence");
    }
}
