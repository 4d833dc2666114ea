/**
 * Socket factories for libraries that load a factory by its class name; for libraries that accept
 * an object, use {@link dev.weft.net.Dialer#socketFactory()}.
 */
@NullMarked
package dev.weft.net.socket;

import org.jspecify.annotations.NullMarked;
