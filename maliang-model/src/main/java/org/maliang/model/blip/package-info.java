/** BLIP: texts that look at an image, to be compared with it or to describe it. */
@NullMarked
package org.maliang.model.blip;

import org.jspecify.annotations.NullMarked;
