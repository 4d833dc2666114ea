/** What a server tells an access log beyond the log's public API. */
@NullMarked
package dev.weft.http.internal.log;

import org.jspecify.annotations.NullMarked;
