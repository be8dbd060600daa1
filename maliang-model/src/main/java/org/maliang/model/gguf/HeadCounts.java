package org.maliang.model.gguf;

/** Attention heads of queries, and of keys and values. */
record HeadCounts(int queries, int keys) {}
