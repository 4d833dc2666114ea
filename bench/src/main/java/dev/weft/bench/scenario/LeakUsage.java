package dev.weft.bench.scenario;

/**
 * What the server holds.
 *
 * @param goroutines that have not ended
 * @param heapBytes in use behind a garbage collection
 */
record LeakUsage(long goroutines, long heapBytes) {}
