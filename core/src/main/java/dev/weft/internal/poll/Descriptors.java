package dev.weft.internal.poll;

import dev.weft.internal.track.Tracker;

/** The descriptors of sockets and pipes that are open. */
public final class Descriptors {
  public static final Tracker<Fd> LIVE = new Tracker<>();

  private Descriptors() {}
}
