package org.maliang.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maliang.model.ModelFiles;
import org.maliang.model.convert.VocabularyCut;
import org.maliang.tokenizer.PrunedVocabulary;
import org.maliang.tokenizer.Tokenizer;
import org.maliang.train.data.Corpus;
import org.maliang.train.data.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code maliang prune-vocab SRC DST --corpus FILES…}. */
@Command(
        name = "prune-vocab",
        description = {
            "Make a model smaller by the words that a corpus does not have.",
            "Special tokens and bytes stay, and the scores of the words that stay are what they were."
        })
final class PruneVocabCommand implements Callable<Integer> {
    private static final int AT_ONCE = 1000;

    @Parameters(index = "0", paramLabel = "SRC", description = "The model: " + ModelArgument.FORMS + ".")
    private String source = "";

    @Parameters(index = "1", paramLabel = "DST", description = "The directory to write.")
    private Path target = Path.of("");

    @Option(
            names = "--corpus",
            paramLabel = "FILES",
            arity = "1..*",
            required = true,
            description =
                    "Text, or JSON lines with a text field; .gz, .xz and .zst too. Quoted wildcards are expanded.")
    private List<String> corpus = List.of();

    @Override
    public Integer call() {
        try (ModelFiles files = ModelFiles.open(ModelArgument.path(source))) {
            PrunedVocabulary vocabulary = files.tokenizer().pruned(used(files));
            new VocabularyCut(files, vocabulary).write(target);
            System.out.println(String.format(
                    Locale.ROOT,
                    "%s: %,d of %,d words",
                    target,
                    vocabulary.size(),
                    files.config().path("vocab_size").asInt()));
        }
        return 0;
    }

    /** The ids that the corpus is made of. */
    private BitSet used(ModelFiles files) {
        BitSet used = new BitSet();
        try (Tokenizer tokenizer = files.tokenizer().open();
                var documents = Corpus.matching(corpus, Path.of("")).documents();
                var progress = StageProgress.onTerminal()) {
            List<String> texts = new ArrayList<>();
            int[] done = {0};
            documents.map(Document::text).forEach(text -> {
                texts.add(text);
                if (texts.size() == AT_ONCE) {
                    mark(tokenizer, texts, used);
                    done[0] += AT_ONCE;
                    progress.at("reading the corpus", done[0], 0);
                }
            });
            mark(tokenizer, texts, used);
        }
        return used;
    }

    private static void mark(Tokenizer tokenizer, List<String> texts, BitSet used) {
        for (int[] ids : tokenizer.encodeAll(texts)) {
            for (int id : ids) {
                used.set(id);
            }
        }
        texts.clear();
    }
}
