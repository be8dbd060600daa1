package org.maliang.checkpoint.torch;

/** A class, a function or a constant that a pickle names, such as {@code torch.float16}. Nothing is ever loaded for it. */
public record Global(String module, String name) {

    /** By Python's way of naming, a capital begins a class; {@code os.system} and {@code builtins.eval} are none. */
    boolean capital() {
        return !name.isEmpty() && Character.isUpperCase(name.codePointAt(0));
    }

    @Override
    public String toString() {
        return module + "." + name;
    }
}
