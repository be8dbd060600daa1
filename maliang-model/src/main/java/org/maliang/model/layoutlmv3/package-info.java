/** LayoutLMv3: an encoder of pages, with their words, where these stand, and their look. */
@NullMarked
package org.maliang.model.layoutlmv3;

import org.jspecify.annotations.NullMarked;
