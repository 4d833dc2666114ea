package dev.weft.internal.track;

/**
 * The objects that users of Weft have to give back: leases of connection pools, and received
 * datagrams. Tracked only while {@link Tracking#recordsSites stacks are recorded}, because a report
 * of one that was not given back has to say where it was taken.
 */
public final class Loans {
  public static final Tracker<Object> LIVE = new Tracker<>();

  private Loans() {}
}
