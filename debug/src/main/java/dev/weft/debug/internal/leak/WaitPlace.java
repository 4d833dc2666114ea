package dev.weft.debug.internal.leak;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where goroutines wait.
 *
 * @param kind the kind of wait; empty when it is not known
 * @param label of the goroutines
 * @param stack innermost frame first
 */
record WaitPlace(String kind, @Nullable String label, List<StackTraceElement> stack) {}
