/** What stands on top of an encoder, written once for all families: masked words, labels, spans, choices. */
@NullMarked
package org.maliang.model.head;

import org.jspecify.annotations.NullMarked;
