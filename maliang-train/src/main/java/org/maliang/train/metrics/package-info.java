/** What is measured while a model trains, in the forms that others read. */
@NullMarked
package org.maliang.train.metrics;

import org.jspecify.annotations.NullMarked;
