package org.maliang.model.engine;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.maliang.tensor.Scope;
import org.maliang.tensor.Tensor;

/**
 * How texts began, with their keys and values: a radix tree whose edges are blocks of token ids. A text that begins like an
 * earlier one copies what that computed.
 *
 * <p>The tree lives in blocks that no text needs. Because a hit is copied at once, nobody refers to a block of the tree
 * later, and any leaf may go at any time: the one that went unused for the longest goes first.
 */
final class Prefixes {

    private static final int BLOCK = Arena.BLOCK;

    private final Arena arena;
    private final Node root = new Node(null, IntBuffer.allocate(0), -1);
    private final LinkedHashSet<Node> byUse = new LinkedHashSet<>(); // longest unused first, children before parents

    /** One block of a text, after all the blocks above it. */
    private static final class Node {
        private final @Nullable Node parent;
        private final IntBuffer ids;
        private final int block;
        private final Map<IntBuffer, Node> children = new HashMap<>();

        Node(@Nullable Node parent, IntBuffer ids, int block) {
            this.parent = parent;
            this.ids = ids;
            this.block = block;
        }
    }

    Prefixes(Arena arena) {
        this.arena = arena;
    }

    /** Blocks that the tree holds. */
    int size() {
        return byUse.size();
    }

    /**
     * Copies the longest known beginning of {@code ids} to the front of a run.
     *
     * @param run {@code [layers, 2, heads, positions, headDim]}
     * @return how many positions were copied; at least one id is left to read
     */
    int load(int[] ids, Tensor run) {
        List<Node> path = path(ids, ids.length - 1);
        try (Scope scope = Scope.open()) {
            for (int i = 0; i < path.size(); i++) {
                run.narrow(3, (long) i * BLOCK, BLOCK).copyFrom(arena.run(path.get(i).block, 1));
            }
        }
        touch(path);
        return path.size() * BLOCK;
    }

    /**
     * Remembers the whole blocks of {@code ids}, as far as there is room.
     *
     * @param run {@code [layers, 2, heads, positions, headDim]}, which holds all of {@code ids}
     */
    void store(int[] ids, Tensor run) {
        List<Node> path = path(ids, ids.length);
        touch(path);
        for (int start = path.size() * BLOCK; start + BLOCK <= ids.length; start += BLOCK) {
            OptionalInt block = arena.blocks().takeOne();
            if (block.isEmpty()
                    && (byUse.isEmpty() || path.contains(byUse.iterator().next()))) {
                break;
            }
            if (block.isEmpty()) {
                evict();
                block = arena.blocks().takeOne();
            }
            Node parent = path.isEmpty() ? root : path.get(path.size() - 1);
            Node node = new Node(parent, slice(ids, start), block.orElseThrow());
            try (Scope scope = Scope.open()) {
                arena.run(node.block, 1).copyFrom(run.narrow(3, start, BLOCK));
            }
            parent.children.put(node.ids, node);
            path.add(node);
            touch(path);
        }
    }

    /** Gives the block up that went unused for the longest, and says whether there was one. */
    boolean evict() {
        if (byUse.isEmpty()) {
            return false;
        }
        Node eldest = byUse.iterator().next();
        byUse.remove(eldest);
        if (eldest.parent != null) {
            eldest.parent.children.remove(eldest.ids);
        }
        arena.blocks().release(eldest.block, 1);
        return true;
    }

    /** The nodes of the longest known beginning of the first {@code length} ids. */
    private List<Node> path(int[] ids, int length) {
        List<Node> path = new ArrayList<>();
        Node node = root.children.get(slice(ids, 0, length));
        while (node != null) {
            path.add(node);
            node = node.children.get(slice(ids, path.size() * BLOCK, length));
        }
        return path;
    }

    /** One block of ids; fewer where they end, which match no node. */
    private static IntBuffer slice(int[] ids, int start, int end) {
        return IntBuffer.wrap(ids, start, Math.max(0, Math.min(BLOCK, end - start)));
    }

    private static IntBuffer slice(int[] ids, int start) {
        return IntBuffer.wrap(Arrays.copyOfRange(ids, start, start + BLOCK));
    }

    /** Makes the nodes of a path the latest, a parent later than its child: the eldest node never has children. */
    private void touch(List<Node> path) {
        for (int i = path.size() - 1; i >= 0; i--) {
            byUse.remove(path.get(i));
            byUse.add(path.get(i));
        }
    }
}
