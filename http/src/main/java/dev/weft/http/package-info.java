/**
 * The API of handlers: {@link dev.weft.http.Handler}, {@link dev.weft.http.Request}, {@link
 * dev.weft.http.Response}, {@link dev.weft.http.Router}.
 */
@NullMarked
package dev.weft.http;

import org.jspecify.annotations.NullMarked;
