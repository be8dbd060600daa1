/**
 * Chat templates: the part of Jinja (jinja.palletsprojects.com, 3.1) that {@code chat_template} of Hugging Face models is
 * written in, with bounds on time and output.
 */
@NullMarked
package org.maliang.tokenizer.chat;

import org.jspecify.annotations.NullMarked;
