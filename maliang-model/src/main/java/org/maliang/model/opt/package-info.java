/** OPT: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.opt;

import org.jspecify.annotations.NullMarked;
