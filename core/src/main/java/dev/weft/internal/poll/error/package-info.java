/** The JDK's exceptions with the messages of Go, for the errors of the system. */
@NullMarked
package dev.weft.internal.poll.error;

import org.jspecify.annotations.NullMarked;
