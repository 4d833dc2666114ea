/** Profiles that the JDK's Flight Recorder takes. */
@NullMarked
package dev.weft.debug.internal.jfr;

import org.jspecify.annotations.NullMarked;
