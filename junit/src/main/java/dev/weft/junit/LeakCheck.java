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
 * Fails a test that leaves goroutines, connections, listeners or datagram sockets behind, or does
 * not give back a lease of a {@code ConnPool} or a {@code Datagram}; on a method or for all tests
 * of a class.
 *
 * <pre>{@code
 * @LeakCheck
 * class ProxyTest { … }
 * }</pre>
 *
 * <p>The check runs after the test's {@code @AfterEach} methods, and waits for goroutines and
 * sockets that are about to end. Those that existed before the test, such as a server that
 * {@code @BeforeAll} started, do not count. The failure names the test and, for each leak, what it
 * waits for, its stack, and the stack that created it. A failed test is not checked, because its
 * failure may be the cause.
 *
 * <p>A goroutine that can no longer be woken may be garbage collected before the test ends; that is
 * reported as well if it happens during the test.
 *
 * <p>Checked tests never run in parallel with others. Recording stacks adds microseconds to the
 * creation of a goroutine or socket, and to taking a lease or a datagram.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(LeakExtension.class)
@ResourceLock(Resources.GLOBAL)
public @interface LeakCheck {
  /** The time to wait for goroutines and sockets that are about to end, in seconds. */
  int seconds() default 5;

  /**
   * Things not to count: those with a frame in the stack that made them, or where a goroutine
   * stands, whose class and method begin with one of these, such as {@code com.example.Cache.}.
   */
  String[] ignoring() default {};
}
