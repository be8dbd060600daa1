package org.maliang.checkpoint.torch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maliang.checkpoint.CheckpointException;
import org.maliang.tensor.DType;

/** What the few names that a pickle may "call" stand for. Every value is made here; a name never selects code. */
final class Constructors {
    private static final int MOST_DIMENSIONS = 64;
    private static final String REBUILD = "torch._utils._rebuild_";

    private static final Set<String> PLAIN_OBJECTS = Set.of("argparse.Namespace", "types.SimpleNamespace");

    private final Unpickler pickle;
    private final Storages storages;
    private final NumPy numpy;
    private long copied;

    Constructors(Unpickler pickle, Storages storages) {
        this.pickle = pickle;
        this.storages = storages;
        this.numpy = new NumPy(pickle);
    }

    /** A function applied to arguments: one of the known ones, or the file is refused. */
    Object call(Global function, List<Object> arguments) {
        String name = function.toString();
        return switch (name) {
            case "collections.OrderedDict", "collections.Counter", "builtins.dict", "__builtin__.dict" ->
                map(arguments);
            case "collections.defaultdict" -> new LinkedHashMap<Object, Object>();
            case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset" -> set(arguments);
            case "builtins.list", "__builtin__.list" -> new ArrayList<>(elements(arguments));
            case "builtins.tuple", "__builtin__.tuple", "torch.Size" -> elements(arguments);
            case "builtins.bytearray", "__builtin__.bytearray", "_codecs.encode" -> bytes(arguments);
            case "builtins.bytes", "__builtin__.bytes" -> bytes(arguments);
            case "torch.device" -> device(arguments);
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3" ->
                tensor(arguments);
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
                pickle.argument(arguments, 0);
            case "torch._tensor._rebuild_from_type_v2" -> subclass(arguments);
            case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" -> NumPy.array();
            case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer" -> numpy.fromBuffer(arguments);
            case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar" -> numpy.scalar(arguments);
            case "numpy.dtype" -> new PythonObject(function, arguments);
            case "builtins.getattr", "__builtin__.getattr" -> member(function, arguments);
            case "copyreg._reconstructor", "copy_reg._reconstructor" ->
                create(pickle.global(pickle.argument(arguments, 0)), List.of());
            case "copyreg.__newobj__", "copy_reg.__newobj__" -> {
                pickle.expectFit(!arguments.isEmpty());
                yield create(pickle.global(arguments.get(0)), arguments.subList(1, arguments.size()));
            }
            default -> {
                if (PLAIN_OBJECTS.contains(name) || classOfTrainer(function)) {
                    yield new PythonObject(function, arguments);
                }
                throw pickle.refused(function);
            }
        };
    }

    /** Python 3.11 writes the member of an enumeration as an attribute of its class: a name, which stays one. */
    private Global member(Global getattr, List<Object> arguments) {
        if (arguments.size() == 2
                && arguments.get(0) instanceof Global type
                && arguments.get(1) instanceof String name) {
            return new Global(type.module(), type.name() + "." + name);
        }
        throw pickle.refused(getattr);
    }

    /** Classes of training programs that are pickled by a call: members of enumerations mostly. */
    private static boolean classOfTrainer(Global type) {
        boolean trainer =
                type.module().startsWith("deepspeed.") || type.module().startsWith("megatron.");
        return trainer && type.name().indexOf('.') < 0 && type.capital();
    }

    /** A new object of a class, known or not: plain data. */
    Object create(Global type, List<Object> arguments) {
        return switch (type.toString()) {
            case "collections.OrderedDict",
                    "collections.defaultdict",
                    "collections.Counter",
                    "torch.Size",
                    "builtins.set",
                    "builtins.frozenset",
                    "builtins.list",
                    "builtins.dict",
                    "builtins.tuple",
                    "torch.device",
                    "numpy.dtype" -> call(type, arguments);
            case "builtins.object", "__builtin__.object" -> new PythonObject(type, arguments);
            default -> {
                // Classes in lower case exist, but not in top-level modules: os.system, builtins.eval.
                if (type.module().indexOf('.') < 0 && !type.capital()) {
                    throw pickle.refused(type);
                }
                yield new PythonObject(type, arguments);
            }
        };
    }

    /** Gives an object its state; what has none of its own here ignores it. */
    void build(Object target, Object state) {
        if (!(target instanceof PythonObject object)) {
            boolean known = target instanceof Map || target instanceof Collection || target instanceof TorchTensor;
            pickle.expect(known, "a state is given to something that has none");
            return;
        }
        if (numpy.build(object, state)) {
            return;
        }
        if (state instanceof List<?> pair && pair.size() == 2) {
            pair.forEach(part -> attributes(object, part)); // instance attributes and slots
        } else {
            attributes(object, state);
        }
    }

    /** A reference to something outside the pickle: a storage, or, in old files, a class with its source text. */
    Object persistent(List<Object> id) {
        String kind = pickle.text(pickle.argument(id, 0));
        if (kind.equals("module")) {
            return pickle.argument(id, 1);
        }
        pickle.expect(kind.equals("storage"), "it refers to something that is no storage");
        Global type = pickle.global(pickle.argument(id, 1));
        var storageType = StorageType.of(type)
                .orElseThrow(() ->
                        pickle.damaged("storage type " + CheckpointException.quote(type.toString()) + " is not known"));
        long elements = pickle.number(pickle.argument(id, 4));
        long bytes = checked(() -> Math.multiplyExact(elements, (long) storageType.bytes()));
        pickle.expect(bytes >= 0, "a storage has a negative length");
        long start = 0;
        if (id.size() > 5 && id.get(5) instanceof List<?> view) {
            long offset = pickle.number(pickle.argument(pickle.list(view), 1));
            pickle.expect(offset >= 0, "a view begins before its storage");
            start = checked(() -> Math.multiplyExact(offset, (long) storageType.bytes()));
        }
        var storage = new Storages.Named(pickle.text(pickle.argument(id, 2)), storageType, start, bytes);
        pickle.expect(storages.add(storage), "a storage has two lengths");
        return storage;
    }

    // ---------------------------------------------------------------- PyTorch

    private Object tensor(List<Object> arguments) {
        pickle.expectFit(pickle.argument(arguments, 0) instanceof Storages.Named);
        var storage = (Storages.Named) arguments.get(0);
        Optional<DType> dtype = arguments.size() > 6 && arguments.get(6) instanceof Global constant
                ? StorageType.dtype(constant)
                : storage.type().dtype();
        if (dtype.isEmpty()) {
            return new PythonObject(new Global("torch", "Tensor"), arguments); // complex, quantised, eight-bit floats
        }
        long offset = pickle.number(pickle.argument(arguments, 1));
        var shape = sizes(pickle.argument(arguments, 2));
        var strides = sizes(pickle.argument(arguments, 3));
        pickle.expectFit(offset >= 0 && shape.size() == strides.size());
        long start = storage.start() / dtype.get().bytes();
        return storages.add(new TorchTensor(
                storage.key(), dtype.get(), checked(() -> Math.addExact(start, offset)), shape, strides));
    }

    private List<Long> sizes(Object tuple) {
        var sizes = pickle.list(tuple);
        pickle.expectFit(sizes.size() <= MOST_DIMENSIONS);
        charge(sizes.size());
        return sizes.stream()
                .map(pickle::number)
                .peek(size -> pickle.expect(size >= 0, "a size or stride is negative"))
                .toList();
    }

    /** {@code (function, class, arguments, attributes)}: a tensor of a class of its own, or with Python attributes. */
    private Object subclass(List<Object> arguments) {
        var function = pickle.global(pickle.argument(arguments, 0));
        if (!function.toString().startsWith(REBUILD)) {
            throw pickle.refused(function);
        }
        return call(function, pickle.list(pickle.argument(arguments, 2)));
    }

    private String device(List<Object> arguments) {
        String type = pickle.text(pickle.argument(arguments, 0));
        return arguments.size() > 1 ? type + ":" + pickle.number(arguments.get(1)) : type;
    }

    // ---------------------------------------------------------------- Python

    private Map<Object, Object> map(List<Object> arguments) {
        var map = new LinkedHashMap<Object, Object>();
        if (!arguments.isEmpty() && arguments.get(0) instanceof Map<?, ?> entries) {
            charge(entries.size());
            map.putAll(entries);
        } else if (!arguments.isEmpty()) {
            for (Object pair : elements(arguments)) {
                map.put(pickle.key(pickle.argument(pickle.list(pair), 0)), pickle.argument(pickle.list(pair), 1));
            }
        }
        return map;
    }

    private Set<Object> set(List<Object> arguments) {
        return pickle.set(arguments.isEmpty() ? List.of() : elements(arguments));
    }

    private List<Object> elements(List<Object> arguments) {
        var elements = arguments.isEmpty() ? List.of() : pickle.list(arguments.get(0));
        charge(elements.size());
        return elements;
    }

    private ByteBuffer bytes(List<Object> arguments) {
        if (arguments.isEmpty()) {
            return ByteBuffer.allocate(0);
        }
        if (arguments.get(0) instanceof ByteBuffer bytes) {
            return bytes;
        }
        String text = pickle.text(arguments.get(0));
        charge(text.length());
        return ByteBuffer.wrap(NumPy.latin1(text)).asReadOnlyBuffer();
    }

    private void attributes(PythonObject object, Object state) {
        if (state instanceof Map<?, ?> map) {
            charge(map.size());
            map.forEach((key, value) -> {
                if (key instanceof String name) {
                    object.attributes().put(name, value);
                }
            });
        } else if (state != None.NONE) {
            object.attributes().put("state", state);
        }
    }

    /** Copies may cost what the file costs: without a limit, a few bytes could repeat the copy of a long list. */
    private void charge(long size) {
        copied += size;
        pickle.expect(copied <= 4 * pickle.position() + 1024, "it copies the same data over and over");
    }

    private long checked(java.util.function.LongSupplier arithmetic) {
        try {
            return arithmetic.getAsLong();
        } catch (ArithmeticException e) {
            throw pickle.damaged("a size does not fit 64 bits");
        }
    }
}
