package dev.weft.bench.report;

/**
 * What was asked for.
 *
 * @param workload what clients did
 * @param clients requests under way at once
 * @param requests a run, at most
 * @param seconds a run, at most
 * @param size bytes of a body or message
 * @param rounds how many runs each model had, interleaved with the others'
 * @param warmupSeconds before each run
 */
public record Settings(
    String workload,
    int clients,
    long requests,
    double seconds,
    int size,
    int rounds,
    double warmupSeconds) {}
