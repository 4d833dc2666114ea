package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Membership in multicast groups, with the conventions of {@link Libc}. */
public final class MulticastCalls {
  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_IPV6 = 41;
  private static final int MCAST_JOIN_GROUP = 42;
  private static final int MCAST_LEAVE_GROUP = 45;

  /** struct group_req: the interface's index, padding, a struct sockaddr_storage. */
  private static final int BYTES = 136;

  private static final int ADDRESS = 8;

  private static final MethodHandle SETSOCKOPT =
      Libc.quick("setsockopt", C_INT, C_INT, C_INT, C_INT, C_POINTER, C_INT);

  private MulticastCalls() {}

  /**
   * Joins or leaves a group.
   *
   * @param v6 whether the group is one of IPv6; an IPv6 socket can join one of IPv4 as well
   * @param group as a socket of the group's own family takes it
   */
  public static int setMembership(
      int fd, boolean join, boolean v6, RawAddress group, int interfaceIndex) {
    Scratch scratch = Scratch.take();
    try {
      MemorySegment request = scratch.data.asSlice(0, BYTES);
      request.fill((byte) 0);
      request.set(JAVA_INT, 0, interfaceIndex);
      group.writeTo(request.asSlice(ADDRESS));
      CallState state = CallState.current(CallKind.OTHER);
      int result =
          (int)
              SETSOCKOPT.invokeExact(
                  state.errno,
                  fd,
                  v6 ? IPPROTO_IPV6 : IPPROTO_IP,
                  join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP,
                  request,
                  BYTES);
      return Libc.answer(state, result);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }
}
