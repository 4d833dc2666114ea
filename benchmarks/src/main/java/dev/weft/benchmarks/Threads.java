package dev.weft.benchmarks;

import dev.weft.Weft;
import java.util.concurrent.ThreadFactory;

/** On whose scheduler a benchmark runs. */
public enum Threads {
  WEFT {
    @Override
    public ThreadFactory factory() {
      return Weft.threadFactory();
    }
  },
  JDK {
    @Override
    public ThreadFactory factory() {
      return Thread.ofVirtual().factory();
    }
  };

  public abstract ThreadFactory factory();
}
