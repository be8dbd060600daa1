/** A training run as one YAML file: strict reading into records. */
@NullMarked
package org.maliang.train.recipe;

import org.jspecify.annotations.NullMarked;
