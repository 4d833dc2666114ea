package dev.weft.bench.model;

import java.util.Locale;

/** A way of doing network I/O. */
public enum Model {
  BLOCKING(
      "platform threads",
      "A platform thread per connection, on java.net. A thread that has finished serves the next connection, so that starting"
          + " threads is paid once, unless --fresh-threads asks for one a connection. Every wait puts a thread to sleep in the kernel and every event wakes one: the time goes into"
          + " switching between threads, and each connection holds a stack."),
  NONBLOCKING(
      "non-blocking sockets, polled",
      "One thread asks every socket in turn, by trying to read it; most answer EAGAIN. It never sleeps, not even when there is"
          + " nothing to do. The time goes into asking: with many connections that wait, one request costs as many system calls"
          + " as there are connections between two that are ready."),
  EPOLL(
      "epoll reactor by hand",
      "One thread, edge-triggered epoll, straight on Weft's system calls, with state machines written by hand. A socket is"
          + " tried first and registered only when it has to wait. Nearly all the time goes into the kernel's TCP: this is what"
          + " the others are compared with."),
  NETPOLL(
      "Weft goroutines on epoll",
      "A goroutine per connection in plain blocking code; Weft's scheduler waits in epoll when no goroutine can run. It makes"
          + " nearly the system calls of the reactor. What it costs more is a stack to freeze and thaw at each wait, and"
          + " an object or two per connection."),
  IO_URING(
      "Weft goroutines on io_uring",
      "The same goroutines, on Weft's io_uring poller: operations are queued in memory shared with the kernel, and"
          + " one system call hands over all that a round of the scheduler has queued."),
  JDK(
      "JDK virtual threads",
      "A JDK virtual thread per connection, on java.net, in the same code as the platform threads. The JDK's scheduler and its"
          + " poller are apart: a thread that waits is registered with the poller anew each time, and handed from the poller's"
          + " thread to the scheduler when it may go on.");

  private final String title;
  private final String description;

  Model(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** The name on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A short description. */
  public String title() {
    return title;
  }

  /** What it does and where its time goes. */
  public String description() {
    return description;
  }

  /** Reports whether it runs on Weft's runtime. */
  public boolean isWeft() {
    return this == NETPOLL || this == IO_URING;
  }

  /**
   * Reports whether all the system calls it makes for its connections go through Weft's own layer.
   */
  public boolean countsSystemCalls() {
    return this != BLOCKING && this != JDK;
  }
}
