@NullMarked
package org.maliang.cli;

import org.jspecify.annotations.NullMarked;
