package dev.weft;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.weft.testing.PackageUses;
import dev.weft.testing.TimedWaits;
import java.lang.foreign.Linker;
import java.lang.reflect.AccessibleObject;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the dependencies between packages against the table in ARCHITECTURE.md. */
class PackagesTest {
  private static final String ROOT = "dev.weft";

  private static final Map<String, Set<String>> USED =
      Map.ofEntries(
          entry(
              "",
              Set.of("context", "internal.runtime", "internal.sched", "internal.track", "stats")),
          entry(
              "net",
              Set.of(
                  "context",
                  "internal.net.adapter",
                  "internal.net.address",
                  "internal.net.datagram",
                  "internal.net.dial",
                  "internal.net.listen",
                  "internal.net.lookup",
                  "internal.net.setup",
                  "internal.net.wait",
                  "internal.runtime",
                  "internal.poll",
                  "internal.poll.error",
                  "internal.poll.pipe",
                  "internal.sys",
                  "internal.track")),
          entry(
              "net.fake",
              Set.of(
                  "context",
                  "net",
                  "internal.net.address",
                  "internal.net.wait",
                  "internal.runtime",
                  "internal.poll",
                  "internal.poll.error",
                  "internal.poll.pipe",
                  "internal.sched",
                  "internal.settings")),
          entry(
              "internal.net.adapter",
              Set.of(
                  "context",
                  "internal.net.address",
                  "internal.net.dial",
                  "internal.net.listen",
                  "internal.net.wait",
                  "internal.poll",
                  "internal.poll.error",
                  "internal.settings")),
          entry("internal.net.address", Set.of("internal.sys")),
          entry(
              "internal.net.datagram",
              Set.of(
                  "internal.net.address",
                  "internal.net.lookup",
                  "internal.poll",
                  "internal.poll.error",
                  "internal.runtime",
                  "internal.sys")),
          entry(
              "internal.net.dial",
              Set.of(
                  "",
                  "context",
                  "internal.net.address",
                  "internal.net.lookup",
                  "internal.net.setup",
                  "internal.net.wait",
                  "internal.poll",
                  "internal.poll.error",
                  "internal.runtime",
                  "internal.sched",
                  "internal.sys")),
          entry(
              "internal.net.listen",
              Set.of(
                  "internal.net.address",
                  "internal.net.lookup",
                  "internal.net.setup",
                  "internal.poll",
                  "internal.poll.error",
                  "internal.runtime",
                  "internal.sys")),
          entry(
              "internal.net.lookup",
              Set.of(
                  "",
                  "internal.net.address",
                  "internal.net.wait",
                  "internal.poll",
                  "internal.poll.error",
                  "internal.sched",
                  "internal.sys")),
          entry("internal.net.setup", Set.of("internal.poll")),
          entry("internal.net.wait", Set.of("context", "internal.poll", "internal.sched")),
          entry(
              "net.limit",
              Set.of("", "context", "net", "internal.sched", "internal.settings", "stats")),
          entry(
              "net.server",
              Set.of(
                  "",
                  "context",
                  "net",
                  "internal.closing",
                  "internal.sched",
                  "internal.settings",
                  "internal.track")),
          entry(
              "net.tls",
              Set.of(
                  "",
                  "chan",
                  "context",
                  "net",
                  "internal.poll",
                  "internal.poll.error",
                  "internal.sched",
                  "internal.settings",
                  "internal.tls",
                  "internal.tls.boringssl",
                  "internal.track",
                  "stats")),
          entry(
              "net.pool",
              Set.of(
                  "",
                  "context",
                  "net",
                  "internal.closing",
                  "internal.sched",
                  "internal.settings",
                  "internal.track")),
          entry("net.socket", Set.of("net")),
          entry(
              "io",
              Set.of(
                  "",
                  "chan",
                  "context",
                  "net",
                  "internal.runtime",
                  "internal.poll",
                  "internal.poll.file",
                  "internal.sched")),
          entry("task", Set.of("", "context", "chan", "internal.settings")),
          entry(
              "context",
              Set.of(
                  "chan",
                  "internal.runtime",
                  "internal.sched",
                  "internal.sync",
                  "internal.timer",
                  "internal.track")),
          entry(
              "chan",
              Set.of(
                  "internal.runtime",
                  "internal.sched",
                  "internal.settings",
                  "internal.sync",
                  "internal.timer")),
          entry("stats", Set.of()),
          entry(
              "internal.runtime",
              Set.of(
                  "internal.poll",
                  "internal.poll.epoll",
                  "internal.poll.uring",
                  "internal.poll.selector",
                  "internal.poll.file",
                  "internal.sched",
                  "internal.sync",
                  "internal.sys",
                  "stats")),
          entry(
              "internal.poll.uring",
              Set.of(
                  "internal.poll",
                  "internal.poll.socket",
                  "internal.poll.file",
                  "internal.sched",
                  "internal.sched.netpoll",
                  "internal.sync",
                  "internal.sys",
                  "internal.timer")),
          entry(
              "internal.poll.epoll",
              Set.of(
                  "internal.poll",
                  "internal.poll.socket",
                  "internal.sched.netpoll",
                  "internal.sys")),
          entry(
              "internal.poll.selector",
              Set.of("internal.poll", "internal.sched.netpoll", "internal.sys")),
          entry(
              "internal.poll.socket",
              Set.of("internal.poll", "internal.sync", "internal.sys", "internal.timer")),
          entry("internal.poll.pipe", Set.of("internal.poll", "internal.sched", "internal.timer")),
          entry(
              "internal.poll.file",
              Set.of("internal.poll", "internal.poll.error", "internal.sched", "internal.sys")),
          entry(
              "internal.poll",
              Set.of(
                  "internal.poll.error",
                  "internal.sched",
                  "internal.sched.netpoll",
                  "internal.sync",
                  "internal.sys",
                  "internal.timer",
                  "internal.track")),
          entry("internal.poll.error", Set.of("internal.sys")),
          entry(
              "internal.sched",
              Set.of(
                  "internal.sched.netpoll",
                  "internal.sched.queue",
                  "internal.sync",
                  "internal.sys",
                  "internal.timer",
                  "internal.track",
                  "stats")),
          entry("internal.sched.netpoll", Set.of("internal.sync")),
          entry("internal.sched.queue", Set.of("internal.sync", "internal.sys")),
          entry("internal.track", Set.of("internal.sync")),
          entry(
              "internal.inspect",
              Set.of(
                  "internal.poll",
                  "internal.runtime",
                  "internal.sched",
                  "internal.sys",
                  "internal.track")),
          entry("internal.settings", Set.of()),
          entry("internal.closing", Set.of()),
          entry("internal.timer", Set.of("internal.sync")),
          entry("internal.sync", Set.of("internal.sys")),
          entry("internal.tls", Set.of()),
          entry("internal.tls.boringssl", Set.of("internal.tls")),
          entry("internal.sys", Set.of()));

  private static JavaClasses weft;

  @BeforeAll
  static void read() throws URISyntaxException {
    weft = PackageUses.classesBuiltWith(Weft.class);
  }

  @Test
  void packagesUseThoseBelowThemAndNoOthers() {
    assertThat(PackageUses.below(ROOT, weft)).containsExactlyInAnyOrderEntriesOf(USED);
  }

  @Test
  void noPackageUsesItselfByWayOfAnother() {
    slices().assignedFrom(PackageUses.eachPackage()).should().beFreeOfCycles().check(weft);
  }

  @Test
  void onlyOnePackageMakesSystemCallsAndOpensTheJdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.weft.internal.sys")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Linker.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(AccessibleObject.class)
        .check(weft);
  }

  /**
   * These wait on platform threads, but for two: a lock that timers themselves need, and a socket's
   * read with a time-out behind another reader.
   */
  @Test
  void goroutinesWaitForNoTimeOfTheJdk() {
    TimedWaits.onlyIn(
            "BubbleScheduler",
            "Clock",
            "ExitFlush",
            "IdleWait",
            "JdkScheduler",
            "Machine",
            "Warmup",
            "SocketInput",
            "SpinLock",
            "Sysmon")
        .check(weft);
  }

  @Test
  void nothingIsNeededButTheJdk() {
    classes()
        .that()
        .resideOutsideOfPackage("dev.weft.internal.tls.boringssl") // never used without netty
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.weft..",
            "java..",
            "javax.crypto",
            "javax.crypto.spec",
            "javax.net..",
            "javax.security.auth.x500",
            "jdk.net..",
            "org.jspecify.annotations..")
        .check(weft);
  }
}
