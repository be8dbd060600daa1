/** OpenAI's API: what clients ask, and what they are answered. */
@NullMarked
package org.maliang.serve.openai;

import org.jspecify.annotations.NullMarked;
