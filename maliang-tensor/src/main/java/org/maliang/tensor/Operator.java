package org.maliang.tensor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Type;
import org.jspecify.annotations.Nullable;

/**
 * An ATen operator that the Java binding does not map, called through LibTorch's dispatcher. The native call trusts its
 * stack blindly, so number and types of the arguments are compared with the operator's schema first.
 *
 * <p>Arguments: {@code Tensor}, a collection of tensors, {@code Optional.empty()} for an absent one, {@code Double},
 * {@code Long}, {@code Boolean} or {@code String}, {@link Packed} weights, and {@code List.of()} for an empty list.
 */
final class Operator {
    private static final String CLASS = "__torch__.torch.classes.";

    private final String name;
    private final OperatorHandle handle;
    private final List<String> types;
    private final int results;

    private Operator(String name, OperatorHandle handle, List<String> types, int results) {
        this.name = name;
        this.handle = handle;
        this.types = types;
        this.results = results;
    }

    /** Finds the operator, for example {@code ("aten::_fused_adamw_", "")}. */
    static Operator find(String name, String overload) {
        Natives.load();
        return Natives.value(name, () -> {
            OperatorHandle found = Dispatcher.singleton().findSchemaOrThrow(name, overload);
            found.retainReference();
            Argument arguments = found.schema().arguments();
            List<String> types = new ArrayList<>();
            for (long i = 0; i < length(arguments); i++) {
                types.add(arguments.getPointer(i).type().get().str().getString());
            }
            return new Operator(
                    name, found, List.copyOf(types), (int) length(found.schema().returns()));
        });
    }

    /** Calls the operator; its results are tensors. */
    List<Tensor> call(Object... arguments) {
        return on(arguments, stack -> {
            List<Tensor> made = new ArrayList<>();
            for (int i = 0; i < results; i++) {
                made.add(Natives.share(stack.get(i).toTensor()));
            }
            return made;
        });
    }

    /** Calls an operator that puts weights in a layout of its own. */
    Packed pack(Object... arguments) {
        return on(arguments, stack -> new Packed(stack.get(0)));
    }

    private <R> R on(Object[] arguments, Function<IValueVector, R> results) {
        check(arguments);
        return Natives.value(name, () -> {
            IValueVector stack = new IValueVector();
            for (int i = 0; i < arguments.length; i++) {
                stack.push_back(boxed(i, arguments[i]));
            }
            handle.callBoxed(stack);
            return results.apply(stack);
        });
    }

    private void check(Object... arguments) {
        if (arguments.length != types.size()) {
            throw new TensorException(
                    name + ": takes " + types.size() + " arguments " + types + ", not " + arguments.length);
        }
        for (int i = 0; i < arguments.length; i++) {
            if (!fits(types.get(i), arguments[i])) {
                throw new TensorException(name + ": argument " + (i + 1) + " is " + types.get(i) + " but "
                        + arguments[i].getClass().getSimpleName() + " was given");
            }
        }
    }

    private static boolean fits(String type, Object argument) {
        if (argument instanceof Optional<?> absent) {
            return absent.isEmpty() && type.endsWith("?");
        }
        String expected = type.endsWith("?") ? type.substring(0, type.length() - 1) : type;
        return switch (expected) {
            case "Tensor" -> argument instanceof Tensor || argument instanceof Packed;
            case "Tensor[]" ->
                argument instanceof Collection<?> list && list.stream().allMatch(Tensor.class::isInstance);
            case "float" -> argument instanceof Double;
            case "int" -> argument instanceof Long;
            case "bool" -> argument instanceof Boolean;
            case "str" -> argument instanceof String;
            case "Scalar" -> argument instanceof Double || argument instanceof Long;
            default ->
                expected.startsWith(CLASS)
                        ? argument instanceof Packed
                        : expected.endsWith("[]") && argument instanceof Collection<?> list && list.isEmpty();
        };
    }

    private IValue boxed(int place, Object argument) {
        if (argument instanceof Tensor tensor) {
            return new IValue(tensor.raw(name));
        }
        if (argument instanceof Double number) {
            return new IValue(number.doubleValue());
        }
        if (argument instanceof Long number) {
            return new IValue(number.longValue());
        }
        if (argument instanceof Boolean flag) {
            return new IValue(flag.booleanValue());
        }
        if (argument instanceof String text) {
            return new IValue(text);
        }
        if (argument instanceof Packed packed) {
            return packed.value();
        }
        if (argument instanceof Collection<?> tensors) {
            // Of the element's Type.TypePtr: GenericList(TensorType) binds a cast constructor that crashes.
            Type element = handle.schema().arguments().getPointer(place).type().get();
            GenericList list = new GenericList(element.containedType(0));
            tensors.forEach(t -> list.push_back(new IValue(((Tensor) t).raw(name))));
            return new IValue(list);
        }
        return new IValue();
    }

    private static long length(@Nullable Argument arguments) {
        return arguments == null ? 0 : arguments.limit();
    }

    @Override
    public String toString() {
        return name + types;
    }
}
