/**
 * Programs with virtual threads that know nothing of Weft, and the checks that they pass on the
 * JDK's scheduler.
 */
@NullMarked
package dev.weft.programs;

import org.jspecify.annotations.NullMarked;
