package org.maliang.tensor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.jspecify.annotations.Nullable;

/**
 * An ATen operator that the Java binding does not map, called through LibTorch's dispatcher. The native call trusts its
 * stack blindly, so number and types of the arguments are compared with the operator's schema first.
 *
 * <p>Arguments: {@code Tensor}, a collection of tensors, {@code Optional.empty()} for an absent one, {@code Double},
 * {@code Long} or {@code Boolean}.
 */
final class Operator {
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
        check(arguments);
        return Natives.value(name, () -> {
            IValueVector stack = new IValueVector();
            for (Object argument : arguments) {
                stack.push_back(boxed(argument));
            }
            handle.callBoxed(stack);
            List<Tensor> made = new ArrayList<>();
            for (int i = 0; i < results; i++) {
                made.add(Natives.share(stack.get(i).toTensor()));
            }
            return made;
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
            case "Tensor" -> argument instanceof Tensor;
            case "Tensor[]" ->
                argument instanceof Collection<?> list && list.stream().allMatch(Tensor.class::isInstance);
            case "float" -> argument instanceof Double;
            case "int" -> argument instanceof Long;
            case "bool" -> argument instanceof Boolean;
            case "Scalar" -> argument instanceof Double || argument instanceof Long;
            default -> false;
        };
    }

    private IValue boxed(Object argument) {
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
        if (argument instanceof Collection<?> tensors) {
            // Type.TypePtr must be spelled out: GenericList(TensorType) binds a cast constructor that crashes.
            GenericList list = new GenericList(new Type.TypePtr(TensorType.get()));
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
