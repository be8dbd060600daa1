/** Measures how fast this machine trains and multiplies. */
@NullMarked
package org.maliang.train.bench;

import org.jspecify.annotations.NullMarked;
