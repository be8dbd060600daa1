/** What requests of several endpoints have in common: how they are read, and how their parts are done side by side. */
@NullMarked
package org.maliang.serve.request;

import org.jspecify.annotations.NullMarked;
