/** Implements the JDK's HTTP server interface on Weft's server. */
@NullMarked
package dev.weft.httpserver;

import org.jspecify.annotations.NullMarked;
