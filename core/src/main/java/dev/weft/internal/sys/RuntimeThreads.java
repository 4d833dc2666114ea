package dev.weft.internal.sys;

/**
 * The thread group of Weft's own platform threads.
 *
 * <p>A thread made without a group joins that of its creator: here the application's thread that
 * used Weft first. Interrupting or listing that group (as plug-in containers do) would reach
 * threads that serve the whole process.
 */
public final class RuntimeThreads {
  /** A child of the JVM's root group, which has no parent. */
  public static final ThreadGroup GROUP = new ThreadGroup(root(), "weft");

  private RuntimeThreads() {}

  private static ThreadGroup root() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }
}
