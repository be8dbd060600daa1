package org.maliang.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the words of a list in texts, also in texts that come piece by piece (the automaton of Aho and Corasick, 1975).
 *
 * <pre>{@code
 * ContentFilter filter = ContentFilter.read(Path.of("words.txt"));
 * filter.hit(prompt).ifPresent(word -> refuse());
 * ContentFilter.Screen screen = filter.screen();
 * send(screen.show("一段"));     // never the beginning of a word that the next piece may complete
 * send(screen.rest());           // at the end
 * }</pre>
 *
 * <p>Large and small letters count as alike, and so do full-width and ASCII ones. A word with other characters in between
 * is not found. Immutable and safe for any number of threads; a {@link Screen} is for one text.
 */
public final class ContentFilter {
    private static final int FULL_WIDTH = '！' - '!';

    /** A prefix of words: {@code depth} characters long, {@code fall} is its longest suffix that is a prefix, too. */
    private static final class Node {
        final Map<Character, Node> next = new HashMap<>();
        final int depth;

        @Nullable Node fall;

        @Nullable String word; // the longest word that ends here

        Node(int depth) {
            this.depth = depth;
        }
    }

    private final Node root = new Node(0);

    private ContentFilter(Collection<String> words) {
        for (String word : words) {
            Node node = root;
            for (int i = 0; i < word.length(); i++) {
                int depth = node.depth + 1;
                node = node.next.computeIfAbsent(alike(word.charAt(i)), key -> new Node(depth));
            }
            node.word = word;
        }
        ArrayDeque<Node> queue = new ArrayDeque<>(List.of(root));
        while (!queue.isEmpty()) {
            Node node = queue.remove();
            node.next.forEach((character, child) -> {
                Node fall = node.fall == null ? root : step(node.fall, character);
                child.fall = fall;
                child.word = child.word == null ? fall.word : child.word;
                queue.add(child);
            });
        }
    }

    /** A filter for {@code words}; blanks around them do not count, and empty ones are left out. */
    public static ContentFilter of(Collection<String> words) {
        return new ContentFilter(words.stream()
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList());
    }

    /**
     * Reads a word list in UTF-8: an entry a line; empty lines and lines that begin with {@code #} are left out.
     *
     * @throws IllegalArgumentException if the file cannot be read as text; the message says why
     */
    public static ContentFilter read(Path file) {
        try (var lines = Files.lines(file)) {
            return of(lines.filter(line -> !line.startsWith("#")).toList());
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(
                    file + ": the word list cannot be read (" + e.getMessage() + "); it must be a text file in UTF-8",
                    e);
        }
    }

    /** A word of the list that the text contains, the one that ends first. */
    public Optional<String> hit(String text) {
        Screen screen = screen();
        screen.show(text);
        return screen.hit();
    }

    /** Looks at one text as it is written. */
    public Screen screen() {
        return new Screen();
    }

    private Node step(Node from, char character) {
        Node node = from;
        while (true) {
            Node next = node.next.get(character);
            if (next != null) {
                return next;
            }
            if (node.fall == null) {
                return node;
            }
            node = node.fall;
        }
    }

    private static char alike(char character) {
        char narrow = character >= '！' && character <= '～' ? (char) (character - FULL_WIDTH) : character;
        return Character.toLowerCase(narrow);
    }

    /** What may be shown of one text that comes in pieces. Not thread-safe. */
    public final class Screen {
        private final StringBuilder held = new StringBuilder();
        private Node node = root;
        private Optional<String> hit = Optional.empty();

        private Screen() {}

        /**
         * Takes the next piece and returns what may be shown by now: all but a last part that may become a word. Once a word
         * is complete, what came before it is the last that is returned; see {@link #hit}.
         */
        public String show(String piece) {
            for (int i = 0; i < piece.length() && hit.isEmpty(); i++) {
                held.append(piece.charAt(i));
                node = step(node, alike(piece.charAt(i)));
                hit = Optional.ofNullable(node.word);
            }
            int kept = hit.map(String::length).orElse(node.depth);
            String shown = held.substring(0, held.length() - kept);
            held.delete(0, shown.length());
            return shown;
        }

        /** The word that was found; nothing that is written after it is shown. */
        public Optional<String> hit() {
            return hit;
        }

        /** What was held back, at the end of the text; empty after a hit. */
        public String rest() {
            return hit.isPresent() ? "" : held.toString();
        }
    }
}
