package dev.weft.debug.internal.pprof;

import java.io.IOException;

/** A profile that has been taken, by stack. */
public interface StackProfile {
  /** Returns the profile for {@code go tool pprof}, compressed. */
  byte[] toGzip();

  /** Writes the profile as text, the largest samples first. */
  void writeText(Appendable out) throws IOException;
}
