package dev.weft.debug.internal.leak;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where goroutines wait.
 *
 * @param kind what for; empty when that is not known
 * @param label of the goroutines
 * @param stack innermost frame first
 */
record WaitPlace(String kind, @Nullable String label, List<StackTraceElement> stack) {}
