/** Two lessons beside the comparison: clients that go silent, and tasks that never pause. */
@NullMarked
package dev.weft.bench.scenario;

import org.jspecify.annotations.NullMarked;
