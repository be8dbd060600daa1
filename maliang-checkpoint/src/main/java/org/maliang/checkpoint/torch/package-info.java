/** Files of PyTorch's {@code torch.save}, read without executing anything, and written. */
@NullMarked
package org.maliang.checkpoint.torch;

import org.jspecify.annotations.NullMarked;
