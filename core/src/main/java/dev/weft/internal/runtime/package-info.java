/** Creates the process's scheduler and poller from the settings and the platform. */
@NullMarked
package dev.weft.internal.runtime;

import org.jspecify.annotations.NullMarked;
