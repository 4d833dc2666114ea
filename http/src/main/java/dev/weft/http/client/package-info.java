/** An HTTP/1.1 client on pooled connections. */
@NullMarked
package dev.weft.http.client;

import org.jspecify.annotations.NullMarked;
