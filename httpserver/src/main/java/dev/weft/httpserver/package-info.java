/** The JDK's interface of an HTTP server, on Weft's. */
@NullMarked
package dev.weft.httpserver;

import org.jspecify.annotations.NullMarked;
