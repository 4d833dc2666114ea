package dev.weft.internal.poll;

import dev.weft.internal.sched.StillTimers;
import dev.weft.internal.sys.Errno;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A read and a write at the same time on a connection that was reset. */
public final class BreakRecordStress {
  private static final int RESET = -Errno.ECONNRESET;

  private BreakRecordStress() {}

  /** The kernel's socket, which tells the first call of the reset. */
  private static final class BrokenSocket extends BreakRecord {
    private final AtomicBoolean told = new AtomicBoolean();

    BrokenSocket() {
      super(new PollDesc(StillTimers.heap()));
    }

    int call(int otherwise) {
      return told.getAndSet(true) ? otherwise : RESET;
    }

    // What only a StreamFd calls.

    @Override
    protected Endpoint endpoint() {
      throw new UnsupportedOperationException();
    }

    @Override
    protected int bind(SocketAddress address) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void close() {
      throw new UnsupportedOperationException();
    }
  }

  /** Results: of the read, of the write. */
  @JCStressTest
  @Outcome(id = "-104, -104", expect = Expect.ACCEPTABLE, desc = "Both know what happened.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "One takes the reset for an end.")
  @State
  public static class ReadMeetsWrite {
    private final BrokenSocket socket = new BrokenSocket();

    @Actor
    public void reader(II_Result r) {
      socket.beginRead();
      int n = socket.recorded(socket.call(0));
      socket.endRead();
      r.r1 = socket.explainRead(n);
    }

    @Actor
    public void writer(II_Result r) {
      socket.beginWrite();
      int n = socket.recorded(socket.call(-Errno.EPIPE));
      socket.endWrite();
      r.r2 = socket.explainWrite(n);
    }
  }

  /** The peer has ended the stream before it refused more: neither waits for the other for ever. */
  @JCStressTest
  @Outcome(id = "0, -32", expect = Expect.ACCEPTABLE, desc = "Both know what happened.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "One knows of a failure that was not.")
  @State
  public static class EndMeetsBrokenPipe {
    private final BrokenSocket socket = new BrokenSocket();

    @Actor
    public void reader(II_Result r) {
      socket.beginRead();
      int n = socket.recorded(0);
      socket.endRead();
      r.r1 = socket.explainRead(n);
    }

    @Actor
    public void writer(II_Result r) {
      socket.beginWrite();
      int n = socket.recorded(-Errno.EPIPE);
      socket.endWrite();
      r.r2 = socket.explainWrite(n);
    }
  }
}
