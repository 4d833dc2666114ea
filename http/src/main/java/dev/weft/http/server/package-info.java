/**
 * An HTTP/1.1 server, {@link dev.weft.http.server.HttpServer}, with a goroutine for each
 * connection.
 */
@NullMarked
package dev.weft.http.server;

import org.jspecify.annotations.NullMarked;
