package dev.weft.internal.poll;

import dev.weft.internal.track.Tracker;

/** The open descriptors of sockets and pipes. */
public final class Descriptors {
  public static final Tracker<Fd> LIVE = new Tracker<>();

  private Descriptors() {}
}
