package dev.weft.agent.runtime;

import dev.weft.internal.poll.ForeignFds;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.runtime.Purpose;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.GmpScheduler;
import java.io.IOException;
import java.io.InputStream;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Starts Weft's runtime, and patches the JDK to use it.
 *
 * <p>Every patch is first tried on a copy of the JDK's class. The scheduler's patch must fit, or
 * nothing is changed; other patches that do not fit are left out and reported.
 */
public final class Installer {
  /** The system property that tools read to find out what the agent did. */
  static final String REPORT = "weft.agent";

  private final Instrumentation instrumentation;
  private final List<Patch> patches = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  private Installer(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  /**
   * Called by {@code WeftAgent}, once per class loader of the agent's.
   *
   * @param options the agent's; {@code null} for none
   */
  public static void install(@Nullable String options, Instrumentation instrumentation)
      throws Exception {
    if (System.getProperty(REPORT) != null) {
      throw new IllegalStateException("the agent is already there: " + System.getProperty(REPORT));
    }
    requireContinuations();
    new Installer(instrumentation).install(options);
  }

  /**
   * Without continuations ({@code -XX:-VMContinuations}) the JDK runs each virtual thread on a
   * platform thread.
   */
  private static void requireContinuations() {
    String type = Thread.ofVirtual().unstarted(() -> {}).getClass().getName();
    if (!type.equals(JdkPatches.VIRTUAL_THREAD)) {
      throw new IllegalStateException(
          "this JVM has no continuations, so its virtual threads need no scheduler");
    }
  }

  private void install(@Nullable String options) throws Exception {
    MethodHandles.Lookup javaLang = openJavaLang();
    Patch virtualThread = JdkPatches.scheduler();
    requireFit(virtualThread);

    GmpScheduler scheduler;
    Poller poller;
    Purpose.jdkApiOnly();
    try (var _ = Options.apply(options)) {
      scheduler = (GmpScheduler) WeftRuntime.scheduler();
      poller = WeftRuntime.poller();
    }

    Hooks hooks = new Hooks(scheduler);
    HookClass hookClass = new HookClass(scheduler);
    Patch withTimers = JdkPatches.timers(JdkPatches.scheduler());
    if (fits("timers", List.of(withTimers))) {
      virtualThread = withTimers;
      hookClass.add("schedule", hooks.handle("schedule", type(JdkPatches.SCHEDULE)));
    }
    patches.add(virtualThread);
    List<Patch> blocking = JdkPatches.blockingCalls();
    if (fits("blocking calls", blocking)) {
      patches.addAll(blocking);
      hookClass
          .add("beginBlocking", hooks.handle("beginBlocking", type(JdkPatches.BEGIN)))
          .add("endBlocking", hooks.handle("endBlocking", type(JdkPatches.END)));
    }
    addSockets(poller, hookClass);
    addManagement(hooks, hookClass);

    hookClass.define(javaLang);
    patch();
    report(scheduler, poller);
  }

  private void addSockets(Poller poller, HookClass hookClass) throws Exception {
    ForeignFds fds = poller.foreignFds();
    if (fds == null) {
      leftOut.add("sockets (the " + poller.name() + " poller cannot wait for them)");
      return;
    }
    List<Patch> sockets = JdkPatches.sockets();
    if (fits("sockets", sockets)) {
      patches.addAll(sockets);
      Hooks.Sockets hooks = new Hooks.Sockets(fds);
      hookClass
          .add("poll", hooks.handle("poll", type(JdkPatches.POLL)))
          .add("pollSelector", hooks.handle("pollSelector", type(JdkPatches.POLL_SELECTOR)))
          .add("stopPoll", hooks.handle("stopPoll", type(JdkPatches.STOP_POLL)))
          .add("closing", hooks.handle("closing", type(JdkPatches.CLOSING)));
      List<Patch> shortReads = JdkPatches.shortReads();
      if (fits("short reads", shortReads)) {
        patches.addAll(shortReads);
        hookClass
            .add("isDrained", hooks.handle("isDrained", type(JdkPatches.IS_DRAINED)))
            .add("readReturned", hooks.handle("readReturned", type(JdkPatches.READ_RETURNED)));
      }
    }
  }

  /** A program's modules may not include the one with the management interface. */
  private void addManagement(Hooks hooks, HookClass hookClass) throws Exception {
    List<Patch> printed = List.of(JdkPatches.printedScheduler());
    if (fits("jcmd Thread.vthread_scheduler", printed)) {
      patches.addAll(printed);
    }
    List<Patch> bean = List.of(JdkPatches.schedulerBean());
    if (ModuleLayer.boot().findModule(JdkPatches.MANAGEMENT).isPresent()
        && fits("the scheduler's MXBean", bean)) {
      patches.addAll(bean);
      hookClass.add(
          "schedulerBean", hooks.handle("schedulerBean", type(JdkPatches.SCHEDULER_BEAN)));
    }
  }

  private static MethodType type(MethodTypeDesc desc) throws ReflectiveOperationException {
    return desc.resolveConstantDesc(MethodHandles.lookup());
  }

  /**
   * Opens the packages that Weft's runtime and the hooks need, to the classes of this loader only,
   * and enables native access, which the JVM can only do for all unnamed modules at once.
   */
  private MethodHandles.Lookup openJavaLang() throws ReflectiveOperationException {
    Module own = Installer.class.getModule();
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of("jdk.internal.access", Set.of(own)),
        Map.of("java.lang", Set.of(own)),
        Set.of(),
        Map.of());
    enableNativeAccess();
    return MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup());
  }

  /** As {@code --enable-native-access=ALL-UNNAMED} does. */
  private static void enableNativeAccess() throws ReflectiveOperationException {
    Class<?> secrets = Class.forName("jdk.internal.access.SharedSecrets");
    Object javaLang = secrets.getMethod("getJavaLangAccess").invoke(null);
    Class.forName("jdk.internal.access.JavaLangAccess")
        .getMethod("addEnableNativeAccessToAllUnnamed")
        .invoke(javaLang);
  }

  private boolean fits(String what, List<Patch> candidates) throws IOException {
    try {
      for (Patch patch : candidates) {
        requireFit(patch);
      }
      return true;
    } catch (DoesNotFitException e) {
      leftOut.add(what + " (" + e.getMessage() + ")");
      return false;
    }
  }

  private static void requireFit(Patch patch) throws IOException, DoesNotFitException {
    String name = patch.className();
    Class<?> target;
    try {
      target = Class.forName(name, false, null);
    } catch (ClassNotFoundException e) {
      throw new DoesNotFitException("this JDK has no class " + name);
    }
    try (InputStream in = target.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new DoesNotFitException("the class file of " + name + " cannot be read");
      }
      patch.apply(in.readAllBytes());
    }
  }

  private void patch() throws ReflectiveOperationException, UnmodifiableClassException {
    PatchTransformer transformer = new PatchTransformer(patches);
    Class<?>[] classes = new Class<?>[patches.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = Class.forName(patches.get(i).className());
    }
    instrumentation.addTransformer(transformer, true);
    // It stays registered, because a retransformation by another agent starts from the JDK's
    // original bytes.
    instrumentation.retransformClasses(classes);
    if (transformer.failure() != null) {
      instrumentation.removeTransformer(transformer);
      instrumentation.retransformClasses(classes);
      throw new IllegalStateException(
          "another agent has changed the JDK's classes: " + transformer.failure());
    }
  }

  private void report(GmpScheduler scheduler, Poller poller) {
    String done =
        "virtual threads run on Weft's scheduler ("
            + scheduler.stats().processors().total()
            + " processors, "
            + poller.name()
            + ")";
    if (!leftOut.isEmpty()) {
      done += "; as in the JDK: " + String.join(", ", leftOut);
    }
    System.setProperty(REPORT, done);
    System.err.println("weft-agent: " + done);
  }
}
