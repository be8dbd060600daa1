/** BART, mBART and PEGASUS: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.bart;

import org.jspecify.annotations.NullMarked;
