package dev.weft.internal.sys;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads which locks a thread, also a virtual one, owns and waits for, from the source of the JDK's
 * own thread dumps: {@code jdk.internal.vm.ThreadSnapshot}, which JDK 25 has. The package is not
 * open. With {@value Jdk#FLAG} it can be opened from inside {@code java.lang}, which is done when a
 * tool first asks.
 */
public final class ThreadLocks {
  private static final @Nullable MethodHandle SNAPSHOT;
  private static final @Nullable MethodHandle STATE;
  private static final @Nullable MethodHandle STACK;
  private static final @Nullable MethodHandle PARK_BLOCKER;
  private static final @Nullable MethodHandle BLOCKED_ON;
  private static final @Nullable MethodHandle WAITING_ON;
  private static final @Nullable MethodHandle OWNED_AT;
  private static final @Nullable MethodHandle OWNER;
  private static final @Nullable String UNAVAILABLE_BECAUSE;

  static {
    MethodHandle snapshot = null;
    MethodHandle state = null;
    MethodHandle stack = null;
    MethodHandle parkBlocker = null;
    MethodHandle blockedOn = null;
    MethodHandle waitingOn = null;
    MethodHandle ownedAt = null;
    MethodHandle owner = null;
    String why = Jdk.closedBecause();
    if (why == null) {
      try {
        open("jdk.internal.vm");
        open("java.util.concurrent.locks");
        Class<?> type = Class.forName("jdk.internal.vm.ThreadSnapshot");
        var lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        snapshot =
            lookup
                .findStatic(type, "of", MethodType.methodType(type, Thread.class))
                .asType(MethodType.methodType(Object.class, Thread.class));
        state = getter(lookup, type, "threadState", Thread.State.class);
        stack = getter(lookup, type, "stackTrace", StackTraceElement[].class);
        parkBlocker = getter(lookup, type, "parkBlocker", Object.class);
        blockedOn = getter(lookup, type, "blockedOn", Object.class);
        waitingOn = getter(lookup, type, "waitingOn", Object.class);
        ownedAt =
            lookup
                .findVirtual(
                    type, "ownedMonitorsAt", MethodType.methodType(Stream.class, int.class))
                .asType(MethodType.methodType(Stream.class, Object.class, int.class));
        owner =
            MethodHandles.privateLookupIn(AbstractOwnableSynchronizer.class, MethodHandles.lookup())
                .findVirtual(
                    AbstractOwnableSynchronizer.class,
                    "getExclusiveOwnerThread",
                    MethodType.methodType(Thread.class));
      } catch (Throwable e) { // what method handles declare
        why = "this JDK (" + Runtime.version() + ") does not tell which locks threads own: " + e;
      }
    }
    SNAPSHOT = snapshot;
    STATE = state;
    STACK = stack;
    PARK_BLOCKER = parkBlocker;
    BLOCKED_ON = blockedOn;
    WAITING_ON = waitingOn;
    OWNED_AT = ownedAt;
    OWNER = owner;
    UNAVAILABLE_BECAUSE = why;
  }

  /**
   * A thread at one moment.
   *
   * @param state what it did
   * @param stack innermost frame first
   * @param monitor the object whose monitor it waits to enter, or null
   * @param synchronizer what it is parked on, if that has one owner at a time, or null
   * @param owned objects whose monitors it has entered
   */
  public record Snapshot(
      Thread.State state,
      List<StackTraceElement> stack,
      @Nullable Object monitor,
      @Nullable AbstractOwnableSynchronizer synchronizer,
      List<Object> owned) {}

  private ThreadLocks() {}

  private static void open(String name) throws Throwable {
    MethodHandles.privateLookupIn(Module.class, MethodHandles.lookup())
        .findVirtual(
            Module.class,
            "implAddOpens",
            MethodType.methodType(void.class, String.class, Module.class))
        .invoke(Object.class.getModule(), name, ThreadLocks.class.getModule());
  }

  private static MethodHandle getter(
      MethodHandles.Lookup lookup, Class<?> type, String name, Class<?> result)
      throws ReflectiveOperationException {
    return lookup
        .findVirtual(type, name, MethodType.methodType(result))
        .asType(MethodType.methodType(result, Object.class));
  }

  /** Why locks cannot be read here; null when they can. */
  public static @Nullable String unavailableBecause() {
    return UNAVAILABLE_BECAUSE;
  }

  /** Reads the state of a thread; null when it has ended. Only where this is available. */
  public static @Nullable Snapshot of(Thread thread) {
    if (SNAPSHOT == null
        || STATE == null
        || STACK == null
        || PARK_BLOCKER == null
        || BLOCKED_ON == null
        || WAITING_ON == null
        || OWNED_AT == null) {
      throw new IllegalStateException(UNAVAILABLE_BECAUSE);
    }
    try {
      Object snapshot = (Object) SNAPSHOT.invokeExact(thread);
      if (snapshot == null) {
        return null;
      }
      Thread.State state = (Thread.State) STATE.invokeExact(snapshot);
      StackTraceElement[] stack = (StackTraceElement[]) STACK.invokeExact(snapshot);
      Object parkedOn = (Object) PARK_BLOCKER.invokeExact(snapshot);
      Object monitor =
          state == Thread.State.BLOCKED ? (Object) BLOCKED_ON.invokeExact(snapshot) : null;
      Object notOwned = monitor; // A thread in Object.wait has left that monitor.
      if (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING) {
        notOwned = (Object) WAITING_ON.invokeExact(snapshot);
      }
      List<Object> owned = new ArrayList<>();
      for (int depth = 0; depth < stack.length; depth++) {
        Stream<?> at = (Stream<?>) (Stream) OWNED_AT.invokeExact(snapshot, depth);
        for (Object each : at.toList()) {
          if (each != null && each != notOwned) {
            owned.add(each);
          }
        }
      }
      return new Snapshot(
          state,
          List.of(stack),
          monitor,
          parkedOn instanceof AbstractOwnableSynchronizer lock ? lock : null,
          owned);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** The thread that owns a lock; null when none does. Only where this is available. */
  public static @Nullable Thread owner(AbstractOwnableSynchronizer lock) {
    if (OWNER == null) {
      throw new IllegalStateException(UNAVAILABLE_BECAUSE);
    }
    try {
      return (Thread) OWNER.invokeExact(lock);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
