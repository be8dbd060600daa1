/** ViT: an encoder of images. */
@NullMarked
package org.maliang.model.vit;

import org.jspecify.annotations.NullMarked;
