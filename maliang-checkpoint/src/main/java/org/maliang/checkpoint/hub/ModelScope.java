package org.maliang.checkpoint.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * ModelScope's hub, with the cache of its Python library: plain files in {@code models/org/name}, where a dot in a name
 * is written as three underscores; older versions left out {@code models/}.
 *
 * @param cache {@code ~/.cache/modelscope/hub} unless the user says otherwise
 */
record ModelScope(Http http, Path cache) implements Host {
    private static final String MAIN = "master";

    @Override
    public Optional<Path> cached(ModelName name) {
        Stream<Path> places =
                Stream.of(cache.resolve("models"), cache, cache.resolve("hub/models"), cache.resolve("hub"));
        return places.map(place -> place.resolve(name.organisation()))
                .flatMap(place -> Stream.of(place.resolve(escaped(name)), place.resolve(name.name())))
                .filter(Files::isDirectory)
                .findFirst();
    }

    @Override
    public Path fetch(ModelName name, Hub.Progress progress) {
        String revision = encoded(name.revisionOr(MAIN));
        String base = http.endpoint() + "/api/v1/models/" + name.id() + "/repo";
        URI address = URI.create(base + "/files?Recursive=true&Revision=" + revision);
        JsonNode listing = Listing.read(http, address).path("Data").path("Files");
        if (!listing.isArray()) {
            throw new HubException(address + " lists no files: check the model's name");
        }
        List<RemoteFile> files = new ArrayList<>();
        for (JsonNode file : listing) {
            String path = Listing.text(file, "Path", address);
            if (file.path("Type").asText("blob").equals("blob") && !RemoteFile.hidden(path)) {
                URI uri = URI.create(base + "?Revision=" + revision + "&FilePath=" + encoded(path));
                files.add(new RemoteFile(
                        path,
                        uri,
                        file.path("Size").asLong(-1),
                        Digest.of(file.path("Sha256").asText(""))));
            }
        }
        Path target = cached(name)
                .orElseGet(() ->
                        cache.resolve("models").resolve(name.organisation()).resolve(escaped(name)));
        Path unfinished =
                cache.resolve("models/._____temp").resolve(name.organisation()).resolve(escaped(name));
        Download download = new Download(http, progress);
        for (RemoteFile file : RemoteFile.needed(files)) {
            Path path = target.resolve(file.path());
            if (!Files.exists(path)) {
                download.fetch(file, unfinished.resolve(file.path()), path);
            }
        }
        return target;
    }

    private static String escaped(ModelName name) {
        return name.name().replace(".", "___");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
