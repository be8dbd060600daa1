package org.maliang.checkpoint.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.maliang.checkpoint.torch.TorchBytes.bytes;
import static org.maliang.checkpoint.torch.TorchBytes.tensor;
import static org.maliang.checkpoint.torch.TorchBytes.text;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.tensor.DType;
import org.maliang.tensor.Scope;

/** Whatever is done to a file: it is refused in one line or read, with memory in proportion to its length. */
class HostileTest {
    private static final String SEED = "20240607";

    /** Java objects for one byte of a pickle: an empty dictionary has 56. */
    private static final long BYTES_PER_BYTE = 400;

    private static final long BASE = 4 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static Path folder;
    private static List<byte[]> files;

    @BeforeContainer
    static void writeGoodFiles() throws IOException {
        folder = Files.createTempDirectory("maliang");
        byte[] pickle = bytes("\u0080\2}("
                + text("module") + "ccollections\nOrderedDict\n)R("
                + text("wte") + tensor("0", 12, 0, "K\3K\4\u0086", "K\4K\1\u0086")
                + text("view") + tensor("0", 12, 1, "K\2K\3\u0086", "K\1K\4\u0086")
                + text("half") + tensor("1", 4, 0, "K\4\u0085", "K\1\u0085")
                + "u" + text("step") + "\u008a\5abcde"
                + text("rng") + "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\u0085C\1btR(K\1K\4\u0085"
                + "cnumpy\ndtype\n(U\2u4\u0089\u0088tR(K\3U\1<NNNJ\377\377\377\377J\377\377\377\377K\0tb\u0089C\4abcdtb"
                + text("args") + "cargparse\nNamespace\n)\u0081}" + text("x") + "K\1sb"
                + text("set") + "cbuiltins\nset\n(]K\1atR" + "u.");
        var storages = Map.of("0", new float[12], "1", new float[4]);
        Path file = folder.resolve("a.pt");
        byte[] stored = Files.readAllBytes(TorchBytes.zip(file, pickle, storages, false));
        byte[] deflated = Files.readAllBytes(TorchBytes.zip(file, pickle, storages, true));
        byte[] legacy = Files.readAllBytes(TorchBytes.legacy(file, pickle, List.of("1", "0"), storages));
        files = List.of(stored, deflated, legacy);
        for (byte[] good : files) {
            Files.write(file, good);
            readAll(file);
        }
    }

    @AfterContainer
    static void removeFiles() throws IOException {
        Files.deleteIfExists(folder.resolve("a.pt"));
        Files.delete(folder);
    }

    @Property(seed = SEED, tries = 1500, shrinking = ShrinkingMode.OFF)
    void anyDamage(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        byte[] bytes = files.get(random.nextInt(files.size())).clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                case 2 ->
                    Arrays.fill(bytes, random.nextInt(bytes.length / 2), bytes.length / 2 + random.nextInt(8), (byte)
                            random.nextInt());
                default -> {
                    int length = 1 + random.nextInt(16);
                    System.arraycopy(
                            bytes,
                            random.nextInt(bytes.length - length),
                            bytes,
                            random.nextInt(bytes.length - length),
                            length);
                }
            }
        }
        if (random.nextInt(8) == 0) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        refusedOrRead(bytes);
    }

    /** Instructions in any order, so that every one meets every kind of stack. */
    @Property(seed = SEED, tries = 1500, shrinking = ShrinkingMode.OFF)
    void anyProgram(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        var program = new StringBuilder("\u0080\2");
        String[] words = {
            "(",
            ")",
            "]",
            "}",
            "0",
            "1",
            "2",
            "N",
            "K\1",
            "K\377",
            "M\0\100",
            "U\1a",
            "C\2ab",
            "t",
            "l",
            "d",
            "a",
            "e",
            "s",
            "u",
            "b",
            "R",
            "o",
            "Q",
            "q\0",
            "q\1",
            "h\0",
            "h\1",
            "\u0081",
            "\u0085",
            "\u0086",
            "\u0087",
            "\u0088",
            "\u008f",
            "\u0090",
            "\u0091",
            "\u0092",
            "\u0093",
            "\u0094",
            "ctorch\nFloatStorage\n",
            "ctorch\nSize\n",
            "ctorch._utils\n_rebuild_tensor_v2\n",
            "ctorch._utils\n_rebuild_parameter\n",
            "ccollections\nOrderedDict\n",
            "cbuiltins\nset\n",
            "c_codecs\nencode\n",
            "cnumpy\ndtype\n",
            "cnumpy.core.multiarray\n_reconstruct\n",
            "cnumpy.core.multiarray\nscalar\n",
            "ca.b\nC\n",
            "U\7storage",
            "U\00610",
            "U\3cpu",
            "I7\n",
            "F1.5\n",
            "L9L\n",
            "S'x'\n",
            "Vx\\u4e2d\n",
            "\u008a\2ab",
            "G12345678",
            tensor("0", 1, 0, "K\1\u0085", "K\1\u0085")
        };
        for (int i = random.nextInt(60); i > 0; i--) {
            program.append(words[random.nextInt(words.length)]);
        }
        Path file = folder.resolve("a.pt");
        TorchBytes.zip(file, bytes(program + "."), Map.of("0", new float[4]), random.nextBoolean());
        refusedOrRead(Files.readAllBytes(file));
    }

    @Example
    void repeatedCopiesAreRefused() throws IOException {
        String list = "](" + "K\1".repeat(10_000) + "e\u0085q\0" + "0";
        for (String call : List.of("cbuiltins\nset\n", "ccollections\nOrderedDict\n", "cbuiltins\nlist\n")) {
            byte[] pickle = bytes(list + call + "q\1" + "h\1h\0R".repeat(20_000) + ".");
            refusedOrRead(Files.readAllBytes(TorchBytes.zip(folder.resolve("a.pt"), pickle, Map.of(), false)));
        }
    }

    @Example
    void deepNestingIsNoRecursion() throws IOException {
        for (String level : List.of("]", "}", "(", ")\u0085")) {
            byte[] pickle = bytes(level.repeat(200_000) + ".");
            refusedOrRead(Files.readAllBytes(TorchBytes.zip(folder.resolve("a.pt"), pickle, Map.of(), false)));
        }
        byte[] dictionaries = bytes("}".repeat(100_000) + "q\0" + "U\1ah\0s".repeat(3) + ".");
        refusedOrRead(Files.readAllBytes(TorchBytes.zip(folder.resolve("a.pt"), dictionaries, Map.of(), false)));
        byte[] cycle = bytes("}q\0" + text("a") + "h\0s.");
        refusedOrRead(Files.readAllBytes(TorchBytes.zip(folder.resolve("a.pt"), cycle, Map.of(), false)));
    }

    @Example
    void compressedFilesDoNotExplode() throws IOException {
        byte[] zeros = new byte[40 << 20];
        refusedOrRead(Files.readAllBytes(TorchBytes.zip(folder.resolve("a.pt"), zeros, Map.of(), true)));
    }

    private static void refusedOrRead(byte[] content) throws IOException {
        Path file = folder.resolve("a.pt");
        Files.write(file, content);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            readAll(file);
        } catch (CheckpointException e) {
            assertThat(e.getMessage())
                    .startsWith(file + ": ")
                    .contains("; ")
                    .hasSizeLessThan(1100)
                    .doesNotContainPattern("\\p{Cntrl}");
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(BASE + BYTES_PER_BYTE * content.length);
    }

    private static void readAll(Path file) {
        var read = TorchFile.read(file);
        try (var scope = Scope.open();
                var weights = read.root() instanceof Map<?, ?> root && root.containsKey("module")
                        ? read.weights("module")
                        : read.weights()) {
            for (String name : weights.names()) {
                var tensor = weights.tensor(name);
                assertThat(tensor.shape()).isEqualTo(weights.info(name).sizes());
                if (tensor.elements() > 0) {
                    assertThat(tensor.to(DType.F32).toFloats()).hasSize((int) tensor.elements());
                }
            }
        }
    }
}
