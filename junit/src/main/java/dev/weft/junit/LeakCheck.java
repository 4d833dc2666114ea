package dev.weft.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/**
 * Fails a test that leaves goroutines, connections, listeners or datagram sockets behind, on a
 * method or for all tests of a class.
 *
 * <pre>{@code
 * @LeakCheck
 * class ProxyTest { … }
 * }</pre>
 *
 * <p>It looks when the test's {@code @AfterEach} methods have run, and waits for what is about to
 * end. What was there before the test, such as a server that {@code @BeforeAll} started, does not
 * count. The failure names the test, and for each thing that is left what it waits for, where it
 * stands, and the stack that made it. A test that has failed is not checked: it may have left
 * things because of that.
 *
 * <p>A goroutine that nothing can wake any more may be collected by the garbage collector before
 * the test ends; that is found as well, if it happens while the test runs.
 *
 * <p>Tests with it run alone, also if others run in parallel. Recording stacks makes goroutines and
 * sockets slower to make: by microseconds.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(LeakExtension.class)
@ResourceLock(Resources.GLOBAL)
public @interface LeakCheck {
  /** How long to wait for what is about to end, in seconds. */
  int seconds() default 5;

  /**
   * Things not to count: those with a frame in the stack that made them, or where a goroutine
   * stands, whose class and method begin with one of these, such as {@code com.example.Cache.}.
   */
  String[] ignoring() default {};
}
