/** The scenarios {@code leak} (clients that go silent) and {@code hog} (tasks that never pause). */
@NullMarked
package dev.weft.bench.scenario;

import org.jspecify.annotations.NullMarked;
