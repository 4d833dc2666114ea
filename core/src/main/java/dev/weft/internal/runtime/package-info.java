/**
 * The one place that puts the process's scheduler and poller together, as the settings and the
 * platform allow.
 */
@NullMarked
package dev.weft.internal.runtime;

import org.jspecify.annotations.NullMarked;
