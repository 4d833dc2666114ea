/**
 * An HTTP/1.1 server with blocking handlers: {@link dev.weft.http.HttpServer}, {@link
 * dev.weft.http.Handler}, {@link dev.weft.http.Router}.
 */
@NullMarked
package dev.weft.http;

import org.jspecify.annotations.NullMarked;
