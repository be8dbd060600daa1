/** PALM of AliceMind: configuration, assembly and weight names. */
@NullMarked
package org.maliang.model.palm;

import org.jspecify.annotations.NullMarked;
