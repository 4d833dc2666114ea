package dev.weft.bench.scenario;

/**
 * The memory and goroutines that the server holds.
 *
 * @param goroutines that have not ended
 * @param heapBytes in use behind a garbage collection
 */
record LeakUsage(long goroutines, long heapBytes) {}
