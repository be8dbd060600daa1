package org.maliang.tensor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;

/**
 * The processor's cores. LibTorch asks the processor itself for them and takes as many threads; of some virtual machines it
 * finds one core only, where the system knows of more.
 */
final class Cores {

    private static final Path CPUS = Path.of("/sys/devices/system/cpu");

    private Cores() {}

    /** Lets LibTorch have a thread for each core, unless the user has said how many it takes. */
    static void use() {
        if (System.getenv("OMP_NUM_THREADS") == null && System.getenv("MKL_NUM_THREADS") == null) {
            int cores = Math.min(counted(CPUS), Runtime.getRuntime().availableProcessors());
            if (cores > torch.get_num_threads()) {
                torch.set_num_threads(cores);
            }
        }
    }

    /** How many cores Linux knows of: processors that share one name the same siblings. 0 where it does not tell. */
    static int counted(Path cpus) {
        Set<String> cores = new HashSet<>();
        if (Files.isDirectory(cpus)) {
            try (DirectoryStream<Path> each = Files.newDirectoryStream(cpus, "cpu[0-9]*")) {
                for (Path cpu : each) {
                    Path siblings = cpu.resolve("topology/thread_siblings_list");
                    if (Files.isReadable(siblings)) { // not where it is switched off
                        cores.add(Files.readString(siblings));
                    }
                }
            } catch (IOException e) {
                return 0;
            }
        }
        return cores.size();
    }
}
