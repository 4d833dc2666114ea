package dev.weft.bench.model;

/**
 * What the server process has used since it began.
 *
 * @param userMicros CPU time in user mode
 * @param kernelMicros CPU time in the kernel
 * @param voluntarySwitches times a thread waited
 * @param involuntarySwitches times a thread was taken off its CPU
 * @param systemCalls made through Weft's own layer
 */
public record ServerUsage(
    long userMicros,
    long kernelMicros,
    long voluntarySwitches,
    long involuntarySwitches,
    long systemCalls) {
  /** The difference to an earlier reading. */
  public ServerUsage since(ServerUsage earlier) {
    return new ServerUsage(
        userMicros - earlier.userMicros,
        kernelMicros - earlier.kernelMicros,
        voluntarySwitches - earlier.voluntarySwitches,
        involuntarySwitches - earlier.involuntarySwitches,
        systemCalls - earlier.systemCalls);
  }
}
