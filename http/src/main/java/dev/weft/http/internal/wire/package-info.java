/** HTTP/1.1 as bytes: parses request heads, decodes and encodes bodies; makes no system calls. */
@NullMarked
package dev.weft.http.internal.wire;

import org.jspecify.annotations.NullMarked;
