@NullMarked
package org.maliang.model;

import org.jspecify.annotations.NullMarked;
