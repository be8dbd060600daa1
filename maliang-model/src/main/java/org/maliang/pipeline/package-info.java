/** Models by what they are good for, as ModelScope has them: a task and a directory make something to call with text. */
@NullMarked
package org.maliang.pipeline;

import org.jspecify.annotations.NullMarked;
