/** Prefix trees, for vocabularies and dictionaries. */
@NullMarked
package org.maliang.tokenizer.trie;

import org.jspecify.annotations.NullMarked;
