package dev.weft.internal.poll;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Closing against using. The descriptor is a number that must be released once, and last. */
public final class FdLockStress {
  private FdLockStress() {}

  /** A descriptor and its lock. */
  private abstract static class Descriptor {
    final FdLock lock = new FdLock();
    final AtomicInteger released = new AtomicInteger();

    final void releaseIf(boolean last) {
      if (last) {
        released.incrementAndGet();
      }
    }

    final void close() {
      if (lock.close()) {
        releaseIf(lock.dereference());
      }
    }

    /** 1: used; 0: closed before; 2: used after it was released. */
    final int useAsReader() {
      if (lock.lockRead() != FdLock.OK) {
        return 0;
      }
      int outcome = released.get() == 0 ? 1 : 2;
      releaseIf(lock.unlockRead());
      return outcome;
    }

    final int useAsWriter() {
      if (lock.lockWrite() != FdLock.OK) {
        return 0;
      }
      int outcome = released.get() == 0 ? 1 : 2;
      releaseIf(lock.unlockWrite());
      return outcome;
    }

    final int use() {
      if (!lock.reference()) {
        return 0;
      }
      int outcome = released.get() == 0 ? 1 : 2;
      releaseIf(lock.dereference());
      return outcome;
    }
  }

  /** Results: the reader's, the other user's, how often it was released. */
  @JCStressTest
  @Outcome(
      id = {"0, 0, 1", "0, 1, 1", "1, 0, 1", "1, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "Used or not, released once.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Used when it was gone, or not released once.")
  @State
  public static class CloseMeetsUsers extends Descriptor {
    @Actor
    public void reader(III_Result r) {
      r.r1 = useAsReader();
    }

    @Actor
    public void user(III_Result r) {
      r.r2 = use();
    }

    @Actor
    public void closer() {
      close();
    }

    @Arbiter
    public void arbiter(III_Result r) {
      r.r3 = released.get();
    }
  }

  /** One of the two readers may have to wait. Results: the readers', how often it was released. */
  @JCStressTest
  @Outcome(
      id = {"0, 0, 1", "0, 1, 1", "1, 0, 1", "1, 1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "Used or not, released once.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Used when it was gone, or not released once.")
  @State
  public static class CloseMeetsTwoReaders extends Descriptor {
    @Actor
    public void one(III_Result r) {
      r.r1 = useAsReader();
    }

    @Actor
    public void two(III_Result r) {
      r.r2 = useAsReader();
    }

    @Actor
    public void closer() {
      close();
    }

    @Arbiter
    public void arbiter(III_Result r) {
      r.r3 = released.get();
    }
  }

  /** Results: the reader's and the writer's. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "They do not meet.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "The descriptor is not closed.")
  @State
  public static class ReaderAndWriter extends Descriptor {
    @Actor
    public void reader(II_Result r) {
      r.r1 = useAsReader();
    }

    @Actor
    public void writer(II_Result r) {
      r.r2 = useAsWriter();
    }
  }

  /** What one writer wrote the next one sees. Results: what each found. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "One after the other.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Both at once.")
  @State
  public static class TwoWriters {
    private final FdLock lock = new FdLock();
    private int written;

    private int write() {
      lock.lockWrite();
      int found = written;
      written = found + 1;
      lock.unlockWrite();
      return found;
    }

    @Actor
    public void one(II_Result r) {
      r.r1 = write();
    }

    @Actor
    public void two(II_Result r) {
      r.r2 = write();
    }
  }

  /** Results: how many closed it, how often it was released. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "One of them.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Both or none.")
  @State
  public static class TwoClosers extends Descriptor {
    private final AtomicInteger closed = new AtomicInteger();

    private void closeAndCount() {
      if (lock.close()) {
        closed.incrementAndGet();
        releaseIf(lock.dereference());
      }
    }

    @Actor
    public void one() {
      closeAndCount();
    }

    @Actor
    public void two() {
      closeAndCount();
    }

    @Arbiter
    public void arbiter(II_Result r) {
      r.r1 = closed.get();
      r.r2 = released.get();
    }
  }
}
