@NullMarked
package org.maliang.train;

import org.jspecify.annotations.NullMarked;
