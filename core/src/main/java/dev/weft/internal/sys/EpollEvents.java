package dev.weft.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A buffer of {@code struct epoll_event}. The struct is packed into 12 bytes on x86-64, for
 * compatibility with 32-bit programs, and has its natural size of 16 elsewhere.
 */
public final class EpollEvents {
  public static final int IN = 0x1;
  public static final int PRI = 0x2;
  public static final int OUT = 0x4;
  public static final int ERR = 0x8;
  public static final int HUP = 0x10;
  public static final int RDHUP = 0x2000;
  public static final int EDGE = 1 << 31;
  public static final int ONE_SHOT = 1 << 30;

  static final int CTL_ADD = 1;
  static final int CTL_DEL = 2;
  static final int CTL_MOD = 3;

  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
  private static final long SIZE = PACKED ? 12 : 16;
  private static final long TOKEN = PACKED ? 4 : 8;
  private static final ValueLayout.OfLong UNALIGNED_LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final MemorySegment memory;

  public EpollEvents(Arena arena, int capacity) {
    memory = arena.allocate(SIZE * capacity, 8);
  }

  MemorySegment memory() {
    return memory;
  }

  public int events(int i) {
    return memory.get(ValueLayout.JAVA_INT, i * SIZE);
  }

  public long token(int i) {
    return memory.get(UNALIGNED_LONG, i * SIZE + TOKEN);
  }

  static void write(MemorySegment memory, int events, long token) {
    memory.set(ValueLayout.JAVA_INT, 0, events);
    memory.set(UNALIGNED_LONG, TOKEN, token);
  }
}
