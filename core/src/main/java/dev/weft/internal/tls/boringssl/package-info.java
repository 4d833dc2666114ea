/** BoringSSL as an engine, where netty-handler and netty-tcnative are on the path. */
@NullMarked
package dev.weft.internal.tls.boringssl;

import org.jspecify.annotations.NullMarked;
