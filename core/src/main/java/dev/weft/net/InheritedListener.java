package dev.weft.net;

/**
 * A listener that this process inherited from the process that started it.
 *
 * @param name the name of its socket unit in {@code LISTEN_FDNAMES}; empty where there is none
 * @param listener the listener; the caller must close it
 */
public record InheritedListener(String name, Listener listener) {}
