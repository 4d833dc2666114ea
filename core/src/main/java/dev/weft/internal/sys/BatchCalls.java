package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Many datagrams with one system call ({@code recvmmsg}, {@code sendmmsg}), with the conventions of
 * {@link Libc}. A batch describes them in native memory: the memory, length and address of each. It
 * belongs to the code that took it until it is given back, as {@link Scratch} does.
 */
public final class BatchCalls {
  /** Datagrams of one call. */
  public static final int MAX = 32;

  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** struct mmsghdr: a struct msghdr of 56 bytes, the length that was moved, padding. */
  private static final int MESSAGE = 64;

  private static final int NAME_LENGTH = 8;
  private static final int VECTOR_POINTER = 16;
  private static final int VECTOR_COUNT = 24;
  private static final int CONTROL_POINTER = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int MOVED = 56;

  private static final int VECTOR = 16;
  private static final int VECTORS = MESSAGE * MAX;
  private static final int NAMES = VECTORS + VECTOR * MAX;

  /** struct cmsghdr: length, level, type; a short (sent) or an int (received); padding. */
  private static final int CONTROLS = NAMES + CallState.ADDRESS_BYTES * MAX;

  private static final int CONTROL_BYTES = 24;
  private static final int CONTROL_LEVEL = 8;
  private static final int CONTROL_TYPE = 12;
  private static final int CONTROL_VALUE = 16;
  private static final int BYTES = CONTROLS + CONTROL_BYTES * MAX;

  private static final int SOL_UDP = 17;
  private static final int UDP_SEGMENT = 103;
  private static final int UDP_GRO = 104;

  private static final SlotPool<BatchCalls> FREE = new SlotPool<>(8);

  private static final MethodHandle RECVMMSG =
      Libc.quick("recvmmsg", C_INT, C_INT, C_POINTER, C_INT, C_INT, C_POINTER);
  private static final MethodHandle SENDMMSG =
      Libc.quick("sendmmsg", C_INT, C_INT, C_POINTER, C_INT, C_INT);

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 64);

  private BatchCalls() {
    for (int i = 0; i < MAX; i++) {
      long at = (long) MESSAGE * i;
      memory.set(ADDRESS, at + VECTOR_POINTER, memory.asSlice(vector(i), VECTOR));
      memory.set(JAVA_LONG, at + VECTOR_COUNT, 1);
      memory.set(ADDRESS, at + CONTROL_POINTER, memory.asSlice(control(i), CONTROL_BYTES));
    }
  }

  /** Returns a batch that is not in use. */
  public static BatchCalls take() {
    BatchCalls batch = FREE.take();
    return batch != null ? batch : new BatchCalls();
  }

  /** To be called once, when nothing uses it any more. */
  public void give() {
    FREE.give(this);
  }

  private static long control(int index) {
    return CONTROLS + (long) CONTROL_BYTES * index;
  }

  private static long vector(int index) {
    return VECTORS + (long) VECTOR * index;
  }

  private MemorySegment name(int index) {
    long at = NAMES + (long) CallState.ADDRESS_BYTES * index;
    return memory.asSlice(at, CallState.ADDRESS_BYTES);
  }

  /**
   * Describes room for one datagram.
   *
   * @param room native memory, which the caller keeps reachable until the call has returned
   * @param coalesced whether several may come; only for UDP, as the peer of a Unix socket could
   *     send a descriptor instead of the {@link #segment}
   */
  public void setRoom(int index, MemorySegment room, boolean coalesced) {
    setData(index, room, room.byteSize());
    setName(index, name(index), CallState.ADDRESS_BYTES);
    memory.set(JAVA_LONG, (long) MESSAGE * index + CONTROL_LENGTH, coalesced ? CONTROL_BYTES : 0);
  }

  /**
   * Describes one datagram to send.
   *
   * @param data native memory, which the caller keeps reachable until the call has returned
   * @param to {@code null} for the address that the socket is connected to
   */
  public void setMessage(int index, MemorySegment data, int length, @Nullable RawAddress to) {
    setData(index, data, length);
    MemorySegment name = name(index);
    setName(index, to == null ? MemorySegment.NULL : name, to == null ? 0 : to.writeTo(name));
    memory.set(JAVA_LONG, (long) MESSAGE * index + CONTROL_LENGTH, 0);
  }

  /**
   * Has the kernel cut a message, once set, into datagrams of {@code length} bytes, of which the
   * last one may be shorter ({@code UDP_SEGMENT}).
   */
  public void cut(int index, int length) {
    long control = control(index);
    memory.set(JAVA_LONG, control, CONTROL_VALUE + Short.BYTES);
    memory.set(JAVA_INT, control + CONTROL_LEVEL, SOL_UDP);
    memory.set(JAVA_INT, control + CONTROL_TYPE, UDP_SEGMENT);
    memory.set(JAVA_SHORT, control + CONTROL_VALUE, (short) length);
    memory.set(JAVA_LONG, (long) MESSAGE * index + CONTROL_LENGTH, CONTROL_BYTES);
  }

  /** Reports whether the kernel cuts messages to a socket into datagrams (since 4.18). */
  public static boolean cuts(int fd) {
    return OptionCalls.getsockopt(fd, SOL_UDP, UDP_SEGMENT, new int[1]) == 0;
  }

  /**
   * Has the kernel put datagrams of one sender and one length behind each other into one buffer
   * ({@code UDP_GRO}, since 5.0); {@link #segment} returns their length. Negative when it does not.
   */
  public static int coalesce(int fd) {
    return OptionCalls.setsockopt(fd, SOL_UDP, UDP_GRO, 1);
  }

  private void setData(int index, MemorySegment data, long length) {
    memory.set(ADDRESS, vector(index), data);
    memory.set(JAVA_LONG, vector(index) + 8, length);
  }

  private void setName(int index, MemorySegment name, int length) {
    memory.set(ADDRESS, (long) MESSAGE * index, name);
    memory.set(JAVA_INT, (long) MESSAGE * index + NAME_LENGTH, length);
  }

  /** Receives up to {@code count} datagrams, and does not wait; returns how many. */
  public int receive(int fd, int count) {
    CallState state = CallState.current(CallKind.READ);
    try {
      int n =
          (int) RECVMMSG.invokeExact(state.errno, fd, memory, count, MSG_TRUNC, MemorySegment.NULL);
      return Libc.answer(state, n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** The whole size of a datagram that was received. */
  public int size(int index) {
    return memory.get(JAVA_INT, (long) MESSAGE * index + MOVED);
  }

  /**
   * The length of the datagrams that were received as one, of which the last one may be shorter; 0
   * when it is one.
   */
  public int segment(int index) {
    long control = control(index);
    boolean told =
        memory.get(JAVA_LONG, (long) MESSAGE * index + CONTROL_LENGTH)
                >= CONTROL_VALUE + Integer.BYTES
            && memory.get(JAVA_INT, control + CONTROL_LEVEL) == SOL_UDP
            && memory.get(JAVA_INT, control + CONTROL_TYPE) == UDP_GRO;
    return told ? memory.get(JAVA_INT, control + CONTROL_VALUE) : 0;
  }

  /** Fills in the sender of a datagram that was received. */
  public void readSender(int index, RawAddress sender) {
    sender.readFrom(name(index), memory.get(JAVA_INT, (long) MESSAGE * index + NAME_LENGTH));
  }

  /**
   * Sends up to {@code count} datagrams, in order; returns how many. A failure of the first one is
   * returned; a failure of a later one is returned by the next call, which begins there.
   */
  public int send(int fd, int count) {
    CallState state = CallState.current(CallKind.WRITE);
    try {
      int n = (int) SENDMMSG.invokeExact(state.errno, fd, memory, count, MSG_NOSIGNAL);
      return Libc.answer(state, n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
