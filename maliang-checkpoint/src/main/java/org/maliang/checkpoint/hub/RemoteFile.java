package org.maliang.checkpoint.hub;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * A file of a model on a server.
 *
 * @param path inside the model, with forward slashes
 * @param size in bytes; negative while unknown
 */
record RemoteFile(String path, URI uri, long size, Digest digest) {
    private static final Set<String> WEIGHTS = Set.of("safetensors", "bin", "pt");
    private static final Set<String> TEXTS = Set.of("json", "txt", "model", "md", "jinja", "tiktoken");

    RemoteFile {
        boolean plain = !path.isEmpty() && !path.startsWith("/") && !path.contains("\\") && !path.contains(":");
        if (!plain || parts(path).stream().anyMatch(part -> part.isEmpty() || part.startsWith("."))) {
            throw new HubException("the server lists a file named \"" + path.replaceAll("\\p{Cntrl}", "?")
                    + "\", which no model has: nothing was written; check the server");
        }
    }

    /** The files that a model directory needs: texts, and weights in one format, safetensors where there are any. */
    static List<RemoteFile> needed(List<RemoteFile> all) {
        boolean safe =
                all.stream().anyMatch(file -> file.topLevel() && file.ending().equals("safetensors"));
        return all.stream()
                .filter(file -> file.topLevel() || file.path.startsWith("model/mp_rank_"))
                .filter(file -> TEXTS.contains(file.ending())
                        || file.path.equals("LICENSE")
                        || (safe ? file.ending().equals("safetensors") : WEIGHTS.contains(file.ending())))
                .filter(file -> !file.path.startsWith("training_args") && !file.path.startsWith("optimizer"))
                .toList();
    }

    /** Whether a path is of the kind that serves the hub itself, such as {@code .gitattributes}. */
    static boolean hidden(String path) {
        return parts(path).stream().anyMatch(part -> part.matches("\\.[^.].*"));
    }

    private static List<String> parts(String path) {
        return List.of(path.split("/", -1));
    }

    private boolean topLevel() {
        return !path.contains("/");
    }

    private String ending() {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
