@NullMarked
package org.maliang.tensor;

import org.jspecify.annotations.NullMarked;
