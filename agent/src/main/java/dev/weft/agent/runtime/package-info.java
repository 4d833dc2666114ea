/** Patches the JDK's virtual threads, socket pollers and blocking calls to use Weft's scheduler. */
@NullMarked
package dev.weft.agent.runtime;

import org.jspecify.annotations.NullMarked;
