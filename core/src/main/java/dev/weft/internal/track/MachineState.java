package dev.weft.internal.track;

import org.jspecify.annotations.Nullable;

/**
 * A machine (M) as it was a moment ago.
 *
 * @param name the name of its thread; the string of a virtual thread ends with it while this
 *     machine carries the thread
 * @param processor the processor it owns, or null
 * @param inGoroutine whether it is inside a goroutine; if it has no processor meanwhile, sysmon
 *     took it or a blocking call gave it up
 * @param lowered whether its CPU priority is lowered
 * @param slices times it put a goroutine on a processor
 * @param steals times it took goroutines from another processor
 * @param parks times it went idle
 * @param systemCalls system calls it made, other than those of the JVM and the JDK
 * @param cpuNanos the CPU time it has used; negative when that is not known
 */
public record MachineState(
    String name,
    @Nullable Integer processor,
    boolean inGoroutine,
    boolean lowered,
    long slices,
    long steals,
    long parks,
    long systemCalls,
    long cpuNanos) {}
