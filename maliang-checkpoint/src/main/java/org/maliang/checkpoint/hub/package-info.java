/** Models by name: the caches and the servers of Hugging Face and ModelScope. */
@NullMarked
package org.maliang.checkpoint.hub;

import org.jspecify.annotations.NullMarked;
