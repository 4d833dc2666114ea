package dev.weft.internal.sys;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Access to the non-public members of the JDK that let goroutines run on Weft's scheduler: virtual
 * threads on a given executor, the carrier of the current virtual thread, and a yield of the
 * carrier that does not unmount it.
 *
 * <p>They are package-private in {@code java.lang} and accessible only with {@value #FLAG} (or the
 * module's name in place of {@code ALL-UNNAMED}). Without the flag Weft runs on the JDK's
 * scheduler.
 */
public final class Jdk {
  /** The flag that opens the package. */
  public static final String FLAG = "--add-opens java.base/java.lang=ALL-UNNAMED";

  /**
   * The number of calls after which a method handle takes no memory any more: the JDK specializes
   * its code at the 128th call that is not compiled. Handles that must work in a full heap are
   * called as often when their class is initialized.
   */
  static final int WARMUP_CALLS = 150;

  private static final @Nullable MethodHandle CURRENT_CARRIER;
  private static final @Nullable MethodHandle YIELD_CARRIER;
  private static final @Nullable MethodHandle BUILDER_ON;
  private static final @Nullable String CLOSED_BECAUSE;

  static {
    MethodHandle carrier = null;
    MethodHandle yield = null;
    MethodHandle builder = null;
    String why = null;
    try {
      var lookup = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
      carrier =
          lookup.findStatic(
              Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
      yield = lookup.findStatic(Thread.class, "yield0", MethodType.methodType(void.class));
      var type = lookup.findClass("java.lang.ThreadBuilders$VirtualThreadBuilder");
      builder =
          MethodHandles.privateLookupIn(type, MethodHandles.lookup())
              .findConstructor(type, MethodType.methodType(void.class, Executor.class))
              .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
    } catch (IllegalAccessException e) {
      carrier = null;
      why = "java.base does not open java.lang; start the JVM with " + JvmFlags.forThisModule(FLAG);
    } catch (ReflectiveOperationException e) {
      carrier = null;
      why = "this JDK (" + Runtime.version() + ") has no custom virtual-thread scheduler: " + e;
    }
    CURRENT_CARRIER = carrier;
    YIELD_CARRIER = yield;
    BUILDER_ON = builder;
    CLOSED_BECAUSE = why;
    for (int i = 0; i < WARMUP_CALLS; i++) {
      currentCarrier();
    }
    // Once only, which links it: on a busy system each call may take milliseconds.
    Class<?> _ = OutOfMemoryError.class;
    yieldCarrier();
  }

  private Jdk() {}

  /** Why goroutines cannot run on Weft's scheduler, with advice; {@code null} when they can. */
  public static @Nullable String closedBecause() {
    return CLOSED_BECAUSE;
  }

  /**
   * The platform thread that carries the caller. On a platform thread, that thread; on a virtual
   * thread whose carrier cannot be known, the virtual thread itself.
   */
  public static Thread currentCarrier() {
    if (CURRENT_CARRIER == null) {
      return Thread.currentThread();
    }
    try {
      return (Thread) CURRENT_CARRIER.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Lets the operating system run another thread in place of the platform thread under the caller.
   * Unlike with {@link Thread#yield}, a virtual thread stays mounted. Does nothing without the
   * flag, and may do nothing without memory; never throws.
   */
  public static void yieldCarrier() {
    if (YIELD_CARRIER == null) {
      return;
    }
    try {
      YIELD_CARRIER.invokeExact();
    } catch (OutOfMemoryError e) {
      // The JDK could not specialize the handle's code. Failed collections take longer than a
      // yield.
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** A thread-safe factory of unnamed virtual threads that are scheduled by {@code scheduler}. */
  public static ThreadFactory virtualThreadsOn(Executor scheduler) {
    if (BUILDER_ON == null) {
      throw new IllegalStateException(CLOSED_BECAUSE);
    }
    try {
      return ((Thread.Builder.OfVirtual) BUILDER_ON.invokeExact(scheduler)).factory();
    } catch (RuntimeException | Error e) {
      throw e; // among others out of memory
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** A new unnamed virtual thread that is scheduled by {@code scheduler}; not started. */
  public static Thread virtualThreadOn(Executor scheduler, Runnable body) {
    if (BUILDER_ON == null) {
      throw new IllegalStateException(CLOSED_BECAUSE);
    }
    try {
      return ((Thread.Builder.OfVirtual) BUILDER_ON.invokeExact(scheduler)).unstarted(body);
    } catch (RuntimeException | Error e) {
      throw e; // among others out of memory
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Starts the JDK's own socket pollers now. Their threads inherit the scheduler of the thread that
   * uses them first. If that were a goroutine, all blocking {@code java.net} calls would depend on
   * Weft's scheduler, so a platform thread must be first.
   */
  public static void startPollers() {
    try {
      Class.forName("sun.nio.ch.Poller");
    } catch (ClassNotFoundException e) {
      System.getLogger("dev.weft")
          .log(System.Logger.Level.DEBUG, "this JDK has no sun.nio.ch.Poller", e);
    }
  }
}
