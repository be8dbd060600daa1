package org.maliang.checkpoint.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hugging Face's hub or a mirror of it, with the cache of the Python library {@code huggingface_hub}: contents in
 * {@code models--org--name/blobs} under their hash, links to them in {@code snapshots/<commit>}, the commit of a branch in
 * {@code refs}.
 *
 * @param cache the directory that holds {@code models--…}
 */
record HuggingFace(Http http, Path cache) implements Host {
    private static final String MAIN = "main";

    @Override
    public Optional<Path> cached(ModelName name) {
        Path model = directory(name);
        String revision = name.revisionOr(MAIN);
        Path ref = model.resolve("refs").resolve(revision);
        try {
            String commit = Files.isRegularFile(ref) ? Files.readString(ref).strip() : revision;
            Path snapshot = model.resolve("snapshots").resolve(commit);
            return commit.matches("[\\w.-]+") && Files.isDirectory(snapshot) ? Optional.of(snapshot) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // unreadable is as good as absent: it is fetched
        }
    }

    @Override
    public Path fetch(ModelName name, Hub.Progress progress) {
        String revision = name.revisionOr(MAIN);
        URI address =
                URI.create(http.endpoint() + "/api/models/" + name.id() + "/revision/" + revision + "?blobs=true");
        JsonNode listing = Listing.read(http, address);
        String commit = Listing.text(listing, "sha", address);
        if (!commit.matches("[\\w.-]+")) {
            throw new HubException(address + " names no commit: check the endpoint");
        }
        Path model = directory(name);
        Path snapshot = model.resolve("snapshots").resolve(commit);
        Download download = new Download(http, progress);
        for (RemoteFile file : RemoteFile.needed(files(listing, name, commit, address))) {
            Path link = snapshot.resolve(file.path());
            if (!Files.exists(link)) {
                RemoteFile known = file.digest().known() ? file : asked(file);
                Path blob = model.resolve("blobs").resolve(known.digest().hex());
                if (!Files.exists(blob)) {
                    download.fetch(known, blob.resolveSibling(blob.getFileName() + ".incomplete"), blob);
                }
                link(link, blob);
            }
        }
        remember(model.resolve("refs").resolve(revision), commit);
        return snapshot;
    }

    private Path directory(ModelName name) {
        return cache.resolve("models--" + name.organisation() + "--" + name.name());
    }

    private List<RemoteFile> files(JsonNode listing, ModelName name, String commit, URI address) {
        List<RemoteFile> files = new ArrayList<>();
        for (JsonNode file : listing.path("siblings")) {
            String path = Listing.text(file, "rfilename", address);
            if (RemoteFile.hidden(path)) {
                continue;
            }
            JsonNode large = file.path("lfs");
            String hash = large.path("sha256").asText(file.path("blobId").asText(""));
            long size = large.path("size").asLong(file.path("size").asLong(-1));
            files.add(new RemoteFile(
                    path,
                    http.endpoint().resolve(Listing.path("/" + name.id() + "/resolve/" + commit + "/" + path)),
                    size,
                    Digest.of(hash)));
        }
        return files;
    }

    /** Asks the server for the hash that the listing lacks; it names the content in the cache. */
    private RemoteFile asked(RemoteFile file) {
        try (Http.Answer answer = http.ask("HEAD", file.uri(), 0)) {
            String tag = answer.header("X-Linked-Etag")
                    .or(() -> answer.header("ETag"))
                    .orElse("");
            Digest digest = Digest.of(tag);
            if (!digest.known()) {
                throw new HubException(file.uri() + " has no checksum: check the endpoint (HF_ENDPOINT)");
            }
            long size = answer.header("X-Linked-Size")
                    .or(() -> answer.header("Content-Length"))
                    .map(Long::parseLong)
                    .orElse(-1L);
            return new RemoteFile(file.path(), file.uri(), size, digest);
        } catch (IOException | NumberFormatException e) {
            throw new HubException(
                    "cannot ask " + file.uri().getHost() + " for " + file.path() + ": " + e.getMessage(), e);
        }
    }

    /** A relative link, or a copy where the file system knows no links. */
    private static void link(Path link, Path blob) {
        try {
            Files.createDirectories(link.getParent());
            Files.deleteIfExists(link); // a link to nowhere
            try {
                Files.createSymbolicLink(link, link.getParent().relativize(blob));
            } catch (UnsupportedOperationException | IOException e) {
                Files.copy(blob, link);
            }
        } catch (IOException e) {
            throw new HubException("cannot write " + link + ": " + e.getMessage(), e);
        }
    }

    private static void remember(Path ref, String commit) {
        try {
            Files.createDirectories(ref.getParent());
            Files.writeString(ref, commit);
        } catch (IOException e) {
            throw new HubException("cannot write " + ref + ": " + e.getMessage(), e);
        }
    }
}
