/** TLS engines: the contract of one, its implementation by the JDK's, and their buffers. */
@NullMarked
package dev.weft.internal.tls;

import org.jspecify.annotations.NullMarked;
