/** CLIP: an encoder of texts and one of images that meet. */
@NullMarked
package org.maliang.model.clip;

import org.jspecify.annotations.NullMarked;
