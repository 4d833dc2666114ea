/** WebSockets (RFC 6455) on connections of {@link dev.weft.http.server.HttpServer}. */
@NullMarked
package dev.weft.http.websocket;

import org.jspecify.annotations.NullMarked;
