package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_LONG;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Descriptors that are passed over Unix sockets together with bytes ({@code SCM_RIGHTS} of {@code
 * unix(7)}), with the conventions of {@link Libc}. The kernel has copied everything when a call
 * returns.
 */
public final class RightsCalls {
  /** The most descriptors of one message ({@code SCM_MAX_FD}). */
  public static final int MAX_DESCRIPTORS = 253;

  /** The most bytes of one message here. */
  public static final int MAX_BYTES = 32 * 1024;

  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  /** Where things lie in the scratch memory: bytes, struct msghdr, struct iovec, control data. */
  private static final int MESSAGE = MAX_BYTES;

  private static final int VECTOR = MESSAGE + 56;
  private static final int CONTROL = VECTOR + 16;

  /** struct cmsghdr: length, level, type. */
  private static final int HEADER = 16;

  private static final int CONTROL_BYTES = HEADER + (MAX_DESCRIPTORS + 1) * Integer.BYTES;

  private static final MethodHandle SENDMSG =
      Libc.quick("sendmsg", C_LONG, C_INT, C_POINTER, C_INT);
  private static final MethodHandle RECVMSG =
      Libc.quick("recvmsg", C_LONG, C_INT, C_POINTER, C_INT);

  private RightsCalls() {}

  /** The descriptors that came with a message. */
  public static final class Received {
    private final int[] numbers = new int[MAX_DESCRIPTORS];
    private int count;
    private boolean truncated;

    /** How many came. */
    public int count() {
      return count;
    }

    public int number(int index) {
      return numbers[index];
    }

    /** Reports whether others were dropped, because this process cannot have more descriptors. */
    public boolean isTruncated() {
      return truncated;
    }

    private void read(MemorySegment memory) {
      truncated = (memory.get(JAVA_INT, MESSAGE + 48) & MSG_CTRUNC) != 0;
      long end = CONTROL + memory.get(JAVA_LONG, MESSAGE + 40);
      for (long at = CONTROL; at + HEADER <= end; ) {
        long length = memory.get(JAVA_LONG, at);
        if (length < HEADER) {
          return;
        }
        if (memory.get(JAVA_INT, at + 8) == SOL_SOCKET
            && memory.get(JAVA_INT, at + 12) == SCM_RIGHTS) {
          for (long each = at + HEADER; each < at + length; each += Integer.BYTES) {
            numbers[count++] = memory.get(JAVA_INT, each);
          }
        }
        at += (length + 7) & ~7L;
      }
    }
  }

  /**
   * Sends up to {@code length} bytes, at least one, with descriptors. A broken connection raises no
   * signal.
   *
   * @return how many bytes were sent; the descriptors went with the first one
   */
  public static int send(int fd, MemorySegment memory, long offset, int length, int[] numbers) {
    Scratch scratch = Scratch.take();
    try {
      MemorySegment data = scratch.data;
      int most = Math.min(length, MAX_BYTES);
      MemorySegment.copy(memory, offset, data, 0, most);
      int rights = HEADER + numbers.length * Integer.BYTES;
      prepare(data, most, (rights + 7) & ~7);
      data.set(JAVA_LONG, CONTROL, rights);
      data.set(JAVA_INT, CONTROL + 8, SOL_SOCKET);
      data.set(JAVA_INT, CONTROL + 12, SCM_RIGHTS);
      MemorySegment.copy(numbers, 0, data, JAVA_INT, CONTROL + HEADER, numbers.length);
      CallState state = CallState.current(CallKind.WRITE);
      long n = (long) SENDMSG.invokeExact(state.errno, fd, data.asSlice(MESSAGE, 56), MSG_NOSIGNAL);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }

  /**
   * Reads up to {@code length} bytes and the descriptors that came with them, which are
   * close-on-exec. Ends in front of the next descriptors. 0 at the end of the stream.
   */
  public static int receive(
      int fd, MemorySegment memory, long offset, int length, Received received) {
    Scratch scratch = Scratch.take();
    try {
      MemorySegment data = scratch.data;
      int most = Math.min(length, MAX_BYTES);
      prepare(data, most, CONTROL_BYTES);
      CallState state = CallState.current(CallKind.READ);
      long n =
          (long) RECVMSG.invokeExact(state.errno, fd, data.asSlice(MESSAGE, 56), MSG_CMSG_CLOEXEC);
      int result = Libc.answer(state, (int) n);
      if (result >= 0) {
        received.read(data);
        MemorySegment.copy(data, 0, memory, offset, result);
      }
      return result;
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }

  private static void prepare(MemorySegment data, int bytes, int controlBytes) {
    data.asSlice(MESSAGE, 56).fill((byte) 0);
    data.set(ADDRESS, MESSAGE + 16, data.asSlice(VECTOR, 16));
    data.set(JAVA_LONG, MESSAGE + 24, 1);
    data.set(ADDRESS, MESSAGE + 32, data.asSlice(CONTROL, controlBytes));
    data.set(JAVA_LONG, MESSAGE + 40, controlBytes);
    data.set(ADDRESS, VECTOR, data);
    data.set(JAVA_LONG, VECTOR + 8, bytes);
  }
}
