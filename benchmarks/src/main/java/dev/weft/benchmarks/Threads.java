package dev.weft.benchmarks;

import dev.weft.Weft;
import java.util.concurrent.ThreadFactory;

/** On whose scheduler a benchmark runs. */
public enum Threads {
  WEFT {
    @Override
    ThreadFactory factory() {
      return Weft.threadFactory();
    }
  },
  JDK {
    @Override
    ThreadFactory factory() {
      return Thread.ofVirtual().factory();
    }
  };

  abstract ThreadFactory factory();
}
