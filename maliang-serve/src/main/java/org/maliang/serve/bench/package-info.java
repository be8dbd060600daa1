/** Load from outside: many clients at once, and whether each gets what is its own. */
@NullMarked
package org.maliang.serve.bench;

import org.jspecify.annotations.NullMarked;
