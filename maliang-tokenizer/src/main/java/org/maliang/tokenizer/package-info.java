@NullMarked
package org.maliang.tokenizer;

import org.jspecify.annotations.NullMarked;
