/** Models of this library as LangChain4j's: chat, streaming chat and embeddings in the same process. */
@NullMarked
package org.maliang.langchain4j;

import org.jspecify.annotations.NullMarked;
