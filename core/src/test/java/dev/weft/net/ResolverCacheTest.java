package dev.weft.net;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Look-ups are shared, remembered for a while, and left behind by callers that give up. */
@Tag("contract")
@Timeout(180)
class ResolverCacheTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch answers = new CountDownLatch(1);

  private List<InetAddress> loopback(String host) {
    asked.incrementAndGet();
    return List.of(InetAddress.getLoopbackAddress());
  }

  private List<InetAddress> none(String host) throws UnknownHostException {
    asked.incrementAndGet();
    throw new UnknownHostException(host);
  }

  private List<InetAddress> slow(String host) throws UnknownHostException {
    asked.incrementAndGet();
    try {
      answers.await();
    } catch (InterruptedException e) {
      throw new UnknownHostException(host);
    }
    return List.of(InetAddress.getLoopbackAddress());
  }

  @Test
  void remembersAnAnswer() throws IOException {
    Resolver resolver = Resolver.of(this::loopback).withCache(10, LONG, LONG);
    for (int i = 0; i < 3; i++) {
      assertThat(resolver.lookUp("a.test")).containsExactly(InetAddress.getLoopbackAddress());
    }
    resolver.lookUp("b.test");
    assertThat(asked).hasValue(2);
  }

  @Test
  void remembersThatThereIsNoSuchHost() {
    Resolver resolver = Resolver.of(this::none).withCache(10, LONG, LONG);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> resolver.lookUp("a.test"))
          .isInstanceOf(UnknownHostException.class)
          .hasMessage("lookup a.test: no such host");
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void forgetsWhenTheTimeIsOver() throws IOException {
    Resolver resolver = Resolver.of(this::loopback).withCache(10, Duration.ZERO, LONG);
    resolver.lookUp("a.test");
    resolver.lookUp("a.test");
    Resolver negative = Resolver.of(this::none).withCache(10, LONG, Duration.ZERO);
    assertThatThrownBy(() -> negative.lookUp("a.test")).isInstanceOf(UnknownHostException.class);
    assertThatThrownBy(() -> negative.lookUp("a.test")).isInstanceOf(UnknownHostException.class);
    assertThat(asked).hasValue(4);
  }

  @Test
  void forgetsTheNameThatWasUsedLeastRecentlyWhenThereAreTooMany() throws IOException {
    Resolver resolver = Resolver.of(this::loopback).withCache(2, LONG, LONG);
    resolver.lookUp("a.test");
    resolver.lookUp("b.test");
    resolver.lookUp("a.test");
    resolver.lookUp("c.test"); // b goes
    resolver.lookUp("a.test");
    assertThat(asked).hasValue(3);
    resolver.lookUp("b.test");
    assertThat(asked).hasValue(4);
  }

  @Test
  void doesWithoutACache() throws Exception {
    Resolver resolver = Resolver.of(this::loopback).withCache(0, LONG, LONG);
    resolver.lookUp("a.test");
    eventually(
        "the name is forgotten",
        () -> {
          int before = asked.get();
          resolver.lookUp("a.test");
          return asked.get() > before;
        });
  }

  @Test
  void doesNotRememberOtherFailures() throws Exception {
    Resolver resolver =
        Resolver.of(
                host -> {
                  asked.incrementAndGet();
                  throw new IllegalStateException("no resolver today");
                })
            .withCache(10, LONG, LONG);
    assertThatThrownBy(() -> resolver.lookUp("a.test"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no resolver today");
    eventually(
        "it asks again",
        () -> {
          assertThatThrownBy(() -> resolver.lookUp("a.test")).isInstanceOf(IOException.class);
          return asked.get() > 1;
        });
  }

  @Test
  void concurrentLookUpsOfOneNameAreOne() throws Exception {
    Resolver resolver = Resolver.of(this::slow).withCache(10, LONG, LONG);
    try (var goroutines = new Goroutines()) {
      List<Running<List<InetAddress>>> callers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        callers.add(goroutines.start(() -> resolver.lookUp("a.test")).awaitBlockedIn("lookUp"));
      }
      answers.countDown();
      for (Running<List<InetAddress>> caller : callers) {
        assertThat(caller.join()).containsExactly(InetAddress.getLoopbackAddress());
      }
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void aCallerThatGivesUpLeavesTheLookUpToTheNext() throws Exception {
    Resolver resolver = Resolver.of(this::slow).withCache(10, LONG, LONG);
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      var cancelled =
          goroutines.start(() -> resolver.lookUp(context, "a.test")).awaitBlockedIn("lookUp");
      var interrupted = goroutines.start(() -> resolver.lookUp("a.test")).awaitBlockedIn("lookUp");
      context.cancel();
      interrupted.thread().interrupt();
      assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);
      assertThat(interrupted.failure())
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("lookup a.test: interrupted");
      answers.countDown();
      assertThat(resolver.lookUp("a.test")).hasSize(1);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void literalAddressesAreNotLookedUp() throws IOException {
    Resolver resolver = Resolver.of(this::none);
    assertThat(resolver.lookUp("127.0.0.1")).hasSize(1);
    assertThat(resolver.lookUp("::1")).hasSize(1);
    assertThat(asked).hasValue(0);
  }
}
