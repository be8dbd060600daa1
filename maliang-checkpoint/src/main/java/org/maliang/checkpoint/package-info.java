@NullMarked
package org.maliang.checkpoint;

import org.jspecify.annotations.NullMarked;
