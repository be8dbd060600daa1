/** Models from one form to another, tensor by tensor. */
@NullMarked
package org.maliang.model.convert;

import org.jspecify.annotations.NullMarked;
