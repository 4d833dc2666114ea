/**
 * Socket factories with the constructors that libraries call by class name; where a factory can be
 * passed as an object, {@link dev.weft.net.Dialer#socketFactory()} makes it.
 */
@NullMarked
package dev.weft.net.socket;

import org.jspecify.annotations.NullMarked;
