/** Tests of handlers and of clients without sockets. */
@NullMarked
package dev.weft.http.testing;

import org.jspecify.annotations.NullMarked;
