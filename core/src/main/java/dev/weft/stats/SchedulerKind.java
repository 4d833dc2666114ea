package dev.weft.stats;

/** A scheduler of goroutines. */
public enum SchedulerKind {
  /** Weft's own: goroutines, machines, processors, with time slices. */
  GMP("gmp"),
  /** The fallback on the JDK's scheduler of virtual threads, without time slices. */
  JDK("jdk");

  private final String text;

  SchedulerKind(String text) {
    this.text = text;
  }

  /**
   * Returns the value of the system property {@code weft.scheduler} that selects it: "gmp" or
   * "jdk".
   */
  @Override
  public String toString() {
    return text;
  }
}
