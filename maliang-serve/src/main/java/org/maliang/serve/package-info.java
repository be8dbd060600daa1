/** {@code maliang serve}: an OpenAI-compatible API and the studio, over one model. */
@NullMarked
package org.maliang.serve;

import org.jspecify.annotations.NullMarked;
