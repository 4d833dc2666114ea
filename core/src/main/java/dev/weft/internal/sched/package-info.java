/**
 * The M:N scheduler: goroutines (virtual threads) run on processors, processors are carried by
 * machines (platform threads), and sysmon moves a processor away from a machine that holds it too
 * long.
 */
@NullMarked
package dev.weft.internal.sched;

import org.jspecify.annotations.NullMarked;
