package org.maliang.tokenizer.chat;

import java.util.ArrayList;
import java.util.List;
import org.maliang.tokenizer.TokenizerException;

/** Arithmetic and comparisons of Python. */
final class Operators {
    private Operators() {}

    static Object arithmetic(String operator, Object left, Object right, Scope scope) {
        if (operator.equals("+") && left instanceof String a && right instanceof String b) {
            scope.wrote(a.length() + b.length());
            return a + b;
        }
        if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
            scope.wrote(a.size() + b.size());
            List<Object> joined = new ArrayList<>(a);
            joined.addAll(b);
            return joined;
        }
        if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
            scope.wrote(Math.max(0, Math.min(times, Integer.MAX_VALUE) * text.length()));
            return text.repeat((int) Math.max(0, times));
        }
        if (!Values.isNumber(left) || !Values.isNumber(right)) {
            throw new TokenizerException("chat template: " + Values.type(left) + " " + operator + " "
                    + Values.type(right) + " means nothing");
        }
        boolean decimal = left instanceof Double || right instanceof Double || operator.equals("/");
        try {
            return decimal
                    ? (Object) Double.valueOf(decimals(operator, Values.number(left), Values.number(right)))
                    : integers(operator, Values.integer(left), Values.integer(right));
        } catch (ArithmeticException e) {
            throw new TokenizerException(
                    "chat template: " + left + " " + operator + " " + right + " cannot be computed", e);
        }
    }

    private static Object integers(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> power(left, right);
        };
    }

    private static Object power(long base, long exponent) {
        double result = Math.pow((double) base, (double) exponent);
        if (exponent < 0) {
            return result;
        }
        if (Math.abs(result) > 1L << 53) {
            throw new ArithmeticException("too large");
        }
        return (long) result;
    }

    private static double decimals(String operator, double left, double right) {
        if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new ArithmeticException("division by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            default -> Math.pow(left, right);
        };
    }

    static Object negative(Object value) {
        if (value instanceof Double number) {
            return -number;
        }
        return -Values.integer(value);
    }

    static boolean compare(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> Values.equal(left, right);
            case "!=" -> !Values.equal(left, right);
            case "in" -> Values.contains(right, left);
            case "not in" -> !Values.contains(right, left);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            default -> Values.compare(left, right) >= 0;
        };
    }
}
