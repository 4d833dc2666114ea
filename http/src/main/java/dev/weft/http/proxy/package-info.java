/** A handler that passes requests on to other servers. */
@NullMarked
package dev.weft.http.proxy;

import org.jspecify.annotations.NullMarked;
