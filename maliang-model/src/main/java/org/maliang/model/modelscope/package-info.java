/** What directories of ModelScope keep in files of their own. */
@NullMarked
package org.maliang.model.modelscope;

import org.jspecify.annotations.NullMarked;
