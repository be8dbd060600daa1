/** Chinese word segmentation with the same result as Python's jieba 0.42.1 (github.com/fxsjy/jieba). */
@NullMarked
package org.maliang.tokenizer.jieba;

import org.jspecify.annotations.NullMarked;
