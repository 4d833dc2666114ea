package dev.weft.internal.track;

/**
 * What users of Weft have to give back: leases of connection pools, and received datagrams. Tracked
 * only while {@link Tracking#recordsSites stacks are recorded}, because what is interesting of such
 * an object is where it was taken.
 */
public final class Loans {
  public static final Tracker<Object> LIVE = new Tracker<>();

  private Loans() {}
}
