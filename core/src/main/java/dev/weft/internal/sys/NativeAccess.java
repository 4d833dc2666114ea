package dev.weft.internal.sys;

import java.lang.invoke.MethodHandles;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reports whether system calls can be made here. Separate from {@link Libc}, which cannot be
 * initialized where they cannot.
 */
public final class NativeAccess {
  private static final @Nullable String DENIED_BECAUSE = find();

  private NativeAccess() {}

  /** Why system calls are unavailable here, with advice; {@code null} when they are available. */
  public static @Nullable String unavailableBecause() {
    return DENIED_BECAUSE;
  }

  private static @Nullable String find() {
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    if (!os.equals("Linux")) {
      return "system calls are bound for Linux; this is " + os;
    }
    if (!arch.equals("amd64") && !arch.equals("aarch64")) {
      return "system calls are bound for x86-64 and aarch64; this is " + arch;
    }
    try {
      int tid = ThreadCalls.gettid();
      initialize(DescriptorCalls.class, EpollCalls.class, EventFdCalls.class);
      return tid > 0 ? null : "gettid answered " + tid;
    } catch (LinkageError | IllegalCallerException | UnsupportedOperationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return "native access is denied ("
          + cause
          + "); start the JVM with "
          + JvmFlags.forThisModule("--enable-native-access=ALL-UNNAMED");
    }
  }

  /** Binds the calls of sockets, unless system calls are unavailable. */
  public static void bindSocketCalls() {
    if (DENIED_BECAUSE == null) {
      initialize(SocketCalls.class, OptionCalls.class);
    }
  }

  /**
   * Binds calls that goroutines make. If a goroutine's first call did so, a stack overflow or a
   * full heap at that moment would leave the class unusable for the rest of the process.
   */
  private static void initialize(Class<?>... calls) {
    var lookup = MethodHandles.lookup();
    try {
      for (Class<?> each : calls) {
        lookup.ensureInitialized(each);
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError("these classes are in this package", e);
    }
  }
}
