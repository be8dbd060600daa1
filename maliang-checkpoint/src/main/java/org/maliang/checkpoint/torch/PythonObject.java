package org.maliang.checkpoint.torch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An object of a Python class as plain data. Code of the class never runs, so its invariants do not hold. A NumPy array is
 * one with the attributes {@code dtype}, {@code shape}, {@code fortran} and {@code data}.
 */
public final class PythonObject {
    private final Global type;
    private final List<Object> arguments;
    private final Map<String, Object> attributes = new LinkedHashMap<>();

    PythonObject(Global type, List<Object> arguments) {
        this.type = type;
        this.arguments = arguments;
    }

    /** The class. */
    public Global type() {
        return type;
    }

    /** What it was constructed from: for a member of an enumeration, its value. */
    public List<Object> arguments() {
        return arguments;
    }

    /** Attributes, and the entries with string keys where the class is a kind of dictionary. */
    public Map<String, Object> attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return type + " with " + attributes.size() + " attributes";
    }
}
