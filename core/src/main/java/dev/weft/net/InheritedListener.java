package dev.weft.net;

/**
 * A listener that the process got from the one that started it.
 *
 * @param name the name of its socket unit in {@code LISTEN_FDNAMES}; empty where there is none
 * @param listener the listener, which the receiver closes
 */
public record InheritedListener(String name, Listener listener) {}
