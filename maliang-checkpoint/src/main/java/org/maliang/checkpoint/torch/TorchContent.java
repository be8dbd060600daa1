package org.maliang.checkpoint.torch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.checkpoint.zip.Place;
import org.maliang.checkpoint.zip.ZipArchive;

/**
 * The object of a file, the tensors in it, and where their storages lie.
 *
 * @param places by the key of the storage
 * @param pickleBytes length of the pickled object
 */
record TorchContent(Object root, List<TorchTensor> tensors, Map<String, Place> places, long pickleBytes) {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long LEGACY_PROTOCOL = 1001;
    private static final long SMALL = 1 << 24;
    private static final int RATIO = 20;
    private static final String PICKLE = "data.pkl";
    private static final String AGAIN = "copy or download the file again";

    static TorchContent read(Path file, FileChannel channel) throws IOException {
        var start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {
            // Read on: a channel may give less than was asked for.
        }
        int first = start.getInt(0);
        if (first == ZipArchive.LOCAL || first == ZipArchive.END) {
            return readZip(file, new ZipArchive(file, channel));
        }
        if (start.get(0) == (byte) 0x80 || start.get(0) == 'L') {
            return readLegacy(file, channel);
        }
        boolean pointer =
                StandardCharsets.ISO_8859_1.decode(start.flip()).toString().startsWith("version");
        String remedy = pointer ? "it is a pointer of Git LFS: fetch the file itself" : AGAIN;
        throw new CheckpointException(file, "is not a file of torch.save", remedy);
    }

    /** Compares every tensor with its storage. */
    void check(Path file, long fileBytes) {
        for (var tensor : tensors) {
            try {
                check(file, fileBytes, tensor);
            } catch (ArithmeticException e) {
                throw damaged(file, "a tensor of shape " + tensor.shape() + " is larger than any memory");
            }
        }
    }

    Place place(TorchTensor tensor) {
        return places.get(tensor.storage());
    }

    private void check(Path file, long fileBytes, TorchTensor tensor) {
        if (tensor.elements() == 0) {
            return;
        }
        var place = places.get(tensor.storage());
        if (place == null) {
            throw damaged(file, "storage " + CheckpointException.quote(tensor.storage()) + " is missing");
        }
        long room = place.bytes() / tensor.dtype().bytes();
        if (tensor.offset() > room || tensor.span() > room - tensor.offset()) {
            throw damaged(file, "a tensor of shape " + tensor.shape() + " leaves its storage of " + room + " elements");
        }
        // A stride of 0 repeats elements; more of them than the file has bytes is no weight.
        long bytes = Math.multiplyExact(tensor.elements(), (long) tensor.dtype().bytes());
        if (bytes > Math.max(fileBytes, place.bytes())) {
            throw damaged(file, "a tensor of shape " + tensor.shape() + " is larger than the file");
        }
    }

    // ---------------------------------------------------------------- PyTorch 1.6 and later

    private static TorchContent readZip(Path file, ZipArchive zip) throws IOException {
        String folder = folder(file, zip);
        checkByteOrder(file, zip, folder);
        var place = place(file, zip, folder + PICKLE).orElseThrow();
        var storages = new Storages();
        Object root;
        try (var in = place.open(file)) {
            root = new Unpickler(file, new PickleInput(in, place.bytes()), storages).read();
        }
        var places = new HashMap<String, Place>();
        for (var storage : storages.named().values()) {
            var data = place(file, zip, folder + "data/" + storage.key());
            if (data.isEmpty() || data.get().bytes() < storage.bytes()) {
                String key = CheckpointException.quote(storage.key());
                throw damaged(file, "storage " + key + " is missing or too short");
            }
            places.put(storage.key(), data.get());
        }
        return new TorchContent(root, storages.tensors(), places, place.bytes());
    }

    /** A place that expands to no more than weights do; a few bytes could otherwise fill the memory. */
    private static Optional<Place> place(Path file, ZipArchive zip, String name) throws IOException {
        var place = zip.place(name);
        if (place.isPresent()
                && place.get().bytes() > Math.max(SMALL, RATIO * place.get().stored())) {
            throw damaged(file, "an entry expands to far more than the file");
        }
        return place;
    }

    /** The folder that everything is in; PyTorch names it after the file. */
    private static String folder(Path file, ZipArchive zip) {
        if (zip.contains(PICKLE)) {
            return "";
        }
        String found = "";
        for (String name : zip.names()) {
            if (name.endsWith("/" + PICKLE) && name.indexOf('/') == name.length() - PICKLE.length() - 1) {
                if (!found.isEmpty()) {
                    throw damaged(file, "it holds two pickles");
                }
                found = name.substring(0, name.length() - PICKLE.length());
            }
        }
        if (found.isEmpty()) {
            throw new CheckpointException(
                    file, "is a zip file without data.pkl", "is this a file of torch.save? " + AGAIN);
        }
        return found;
    }

    private static void checkByteOrder(Path file, ZipArchive zip, String folder) throws IOException {
        var place = place(file, zip, folder + "byteorder");
        if (place.isPresent()) {
            try (var in = place.get().open(file)) {
                int length = (int) Math.min(place.get().bytes(), 16);
                String order = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
                if (!order.equals("little")) {
                    throw bigEndian(file);
                }
            }
        }
    }

    // ---------------------------------------------------------------- before PyTorch 1.6

    /** Pickles of a magic number, a version, facts of the machine, the object and the keys; then the storages. */
    private static TorchContent readLegacy(Path file, FileChannel channel) throws IOException {
        var storages = new Storages();
        List<?> keys;
        Object root;
        long end;
        long pickleBytes;
        try (var stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            var in = new PickleInput(stream, channel.size());
            var pickles = new Unpickler(file, in, storages);
            if (!MAGIC.equals(pickles.read()) || !Long.valueOf(LEGACY_PROTOCOL).equals(pickles.read())) {
                throw new CheckpointException(file, "is a pickle, but not of torch.save", AGAIN);
            }
            if (pickles.read() instanceof java.util.Map<?, ?> machine
                    && Boolean.FALSE.equals(machine.get("little_endian"))) {
                throw bigEndian(file);
            }
            long start = in.position();
            root = pickles.read();
            pickleBytes = in.position() - start;
            keys = pickles.list(pickles.read());
            end = in.position();
        }
        return new TorchContent(
                root, storages.tensors(), legacyPlaces(file, channel, storages, keys, end), pickleBytes);
    }

    /** Each storage is its number of elements in eight bytes, then the elements. */
    private static Map<String, Place> legacyPlaces(
            Path file, FileChannel channel, Storages storages, List<?> keys, long start) throws IOException {
        var places = new HashMap<String, Place>();
        long at = start;
        for (Object key : keys) {
            var storage = key instanceof String text ? storages.named().get(text) : null;
            if (storage == null) {
                throw damaged(file, "a storage is listed that no tensor uses");
            }
            var length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (length.hasRemaining()) {
                if (channel.read(length, at + length.position()) < 0) {
                    throw damaged(file, "it ends before its last storage");
                }
            }
            at += Long.BYTES;
            long elements = storage.bytes() / storage.type().bytes();
            if (length.getLong(0) != elements || storage.bytes() > channel.size() - at) {
                throw damaged(file, "storage " + CheckpointException.quote(storage.key()) + " has another length");
            }
            if (places.put(storage.key(), Place.of(at, storage.bytes())) != null) {
                throw damaged(file, "a storage is listed twice");
            }
            at += storage.bytes();
        }
        return places;
    }

    private static CheckpointException bigEndian(Path file) {
        return new CheckpointException(
                file, "was written on a big-endian machine", "load and save it again with PyTorch on another machine");
    }

    private static CheckpointException damaged(Path file, String why) {
        return new CheckpointException(file, "is damaged: " + why, AGAIN);
    }
}
