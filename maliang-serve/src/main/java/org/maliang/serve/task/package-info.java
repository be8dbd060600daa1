/** The endpoints that serve any model by the task it is made for, as ModelScope's server does. */
@NullMarked
package org.maliang.serve.task;

import org.jspecify.annotations.NullMarked;
