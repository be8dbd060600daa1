package org.maliang.checkpoint.hub;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds models by name: in the caches that the Python libraries of Hugging Face and ModelScope keep, else on their
 * servers. What is in a cache is used as it is, without asking anybody.
 *
 * <pre>{@code
 * Path directory = Hub.ofUser().model(ModelName.of("Langboat/mengzi-t5-base").orElseThrow(), (file, done, total) -> {});
 * }</pre>
 *
 * <p>Environment: {@code HF_ENDPOINT} (a mirror), {@code HF_TOKEN}, {@code HF_HUB_OFFLINE=1} (never ask a server; for both
 * hubs), {@code HF_HUB_CACHE} or {@code HF_HOME}, {@code MODELSCOPE_DOMAIN}, {@code MODELSCOPE_CACHE}. A download that was
 * cut off goes on where it stopped; every file is compared with the checksum its hub lists.
 */
public final class Hub {
    private final Host huggingFace;
    private final Host modelScope;
    private final boolean offline;

    /** Hears of a download, often. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} bytes of {@code file} are there, out of {@code total}, which is 0 while unknown. */
        void at(String file, long done, long total);
    }

    private Hub(Host huggingFace, Host modelScope, boolean offline) {
        this.huggingFace = huggingFace;
        this.modelScope = modelScope;
        this.offline = offline;
    }

    /** The hub as this user's environment sets it. */
    public static Hub ofUser() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /** The hub of an environment; caches are below {@code home} unless it says otherwise. */
    static Hub of(Map<String, String> environment, Path home) {
        Path caches = path(environment, "XDG_CACHE_HOME").orElseGet(() -> home.resolve(".cache"));
        Path hugging = path(environment, "HF_HUB_CACHE")
                .or(() -> path(environment, "HUGGINGFACE_HUB_CACHE"))
                .or(() -> path(environment, "HF_HOME").map(place -> place.resolve("hub")))
                .orElseGet(() -> caches.resolve("huggingface/hub"));
        Path scope = path(environment, "MODELSCOPE_CACHE").orElseGet(() -> home.resolve(".cache/modelscope/hub"));
        String domain = environment.getOrDefault("MODELSCOPE_DOMAIN", "www.modelscope.cn");
        return new Hub(
                new HuggingFace(
                        new Http(
                                endpoint(environment.getOrDefault("HF_ENDPOINT", "https://huggingface.co")),
                                environment.getOrDefault("HF_TOKEN", "")),
                        hugging),
                new ModelScope(new Http(endpoint(domain.contains("://") ? domain : "https://" + domain), ""), scope),
                List.of("1", "true", "yes", "on")
                        .contains(environment.getOrDefault("HF_HUB_OFFLINE", "").toLowerCase(Locale.ROOT)));
    }

    private static Optional<Path> path(Map<String, String> environment, String key) {
        return Optional.ofNullable(environment.get(key))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }

    private static URI endpoint(String text) {
        return URI.create(text.replaceFirst("/+$", ""));
    }

    /**
     * The directory of a model, fetched first where the cache has none or not all of it.
     *
     * @throws HubException if it is not there and cannot be fetched
     */
    public Path model(ModelName name, Progress progress) {
        List<Host> hosts = hosts(name);
        for (Host host : hosts) {
            Optional<Path> cached = host.cached(name).filter(Snapshot::complete);
            if (cached.isPresent()) {
                return cached.get();
            }
        }
        if (offline) {
            throw new HubException(name.id() + " is not in the cache, and HF_HUB_OFFLINE forbids to fetch it:"
                    + " unset it, or name a directory");
        }
        return hosts.get(0).fetch(name, progress);
    }

    private List<Host> hosts(ModelName name) {
        return switch (name.hub()) {
            case "hf" -> List.of(huggingFace);
            case "modelscope" -> List.of(modelScope);
            default -> List.of(huggingFace, modelScope);
        };
    }
}
