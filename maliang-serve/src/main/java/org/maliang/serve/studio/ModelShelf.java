package org.maliang.serve.studio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.ModelConfig;
import org.maliang.model.ModelInfo;
import org.maliang.model.Models;
import org.maliang.serve.ServedModel;

/** The models that the studio can tell of: the one served, and those that lie under the home directory. */
final class ModelShelf {

    /**
     * A model.
     *
     * @param name its directory below home, the name alone for the served one
     * @param served whether it is the one that writes
     * @param facts what {@link Models#info} says, by name; empty if it cannot be read
     * @param problem why it cannot be read, empty if it can
     * @param card its card as HTML, empty if it has none
     */
    record Entry(String name, boolean served, Map<String, Object> facts, String problem, String card) {}

    private final ServedModel served;
    private final List<Path> homes;

    /** @param homes directories with {@code models/} and {@code runs/} */
    ModelShelf(ServedModel served, List<Path> homes) {
        this.served = served;
        this.homes = List.copyOf(homes);
    }

    /** All of them, the served one first. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        entries.add(entry(served.name(), served.path(), true));
        for (Path home : homes) {
            Stream.concat(
                            Folders.list(home.resolve("models")).stream(),
                            Folders.list(home.resolve("runs")).stream().map(run -> run.resolve("model")))
                    .filter(place -> isModel(place) && !same(place, served.path()))
                    .map(place -> entry(home.relativize(place).toString().replace("\\", "/"), place, false))
                    .forEach(entries::add);
        }
        return entries;
    }

    private static boolean isModel(Path place) {
        return place.toString().endsWith(".gguf") || ModelDirectory.hasWeights(place);
    }

    private static boolean same(Path a, Path b) {
        try {
            return Files.isSameFile(a, b);
        } catch (IOException e) {
            return false;
        }
    }

    private static Entry entry(String name, Path place, boolean served) {
        String card = ModelCard.of(place).html();
        try {
            return new Entry(name, served, facts(Models.info(place)), "", card);
        } catch (RuntimeException e) { // whatever is wrong with one model, the others are shown
            String problem = String.valueOf(e.getMessage()).replace(place.toString(), name);
            return new Entry(name, served, Map.of(), problem, card);
        }
    }

    private static Map<String, Object> facts(ModelInfo info) {
        ModelConfig config = info.config();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("family", config.family());
        facts.put("parameters", info.parameters());
        facts.put("weights", info.weightFormat());
        facts.put("context", config.contextLength());
        facts.put("vocabulary", config.vocabularySize());
        facts.put("layers", config.layers());
        facts.put("hidden", config.hiddenSize());
        facts.put("heads", config.heads());
        facts.put("bytes", info.bytes());
        facts.put("licence", info.licence());
        return facts;
    }
}
