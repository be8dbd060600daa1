package org.maliang.checkpoint.hub;

import java.nio.file.Path;
import java.util.Optional;

/** A hub: its cache and its server. */
interface Host {

    /** The directory in the cache, whether or not it is complete. */
    Optional<Path> cached(ModelName name);

    /** Fetches what the cache lacks and returns the directory. */
    Path fetch(ModelName name, Hub.Progress progress);
}
