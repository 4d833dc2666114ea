package dev.weft.internal.poll;

import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.internal.track.Events;
import dev.weft.internal.track.Tracking;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open descriptor: its life, its deadlines, and the waiting that turns the non-blocking
 * operations of a backend into blocking calls. Safe for use by any number of threads; reads are
 * serialized, and so are writes.
 *
 * <p>{@link #close} makes every waiting and every later call fail at once; the descriptor is
 * released when the last call has returned.
 */
public abstract class Fd {
  public static final long NO_DEADLINE = Direction.NONE;
  public static final long EXPIRED = Direction.EXPIRED;

  final Transport transport;
  final PollDesc poll;
  final FdLock lock = new FdLock();
  private final CloseActions closeActions = new CloseActions();

  /** The listener of a tool, called before this closes. */
  private volatile Events.@Nullable Closing closing;

  /** The address of the last {@link #bind}. */
  private @Nullable SocketAddress wanted;

  Fd(Transport transport) {
    this.transport = transport;
    poll = transport.poll;
    poll.owner = this;
  }

  /** Called at the end of the constructor, when the descriptor is complete. */
  final void opened() {
    if (Tracking.isOn()) {
      closeActions.add(Descriptors.LIVE.begin(this)::end);
    }
  }

  /** Returns what a thread that is parked in this direction waits for. */
  abstract String waitReason(boolean reading);

  /** Returns the id of the thread that last waited to read; 0 when none has. */
  public final long lastReader() {
    return poll.read.lastWaiter;
  }

  /**
   * Returns the network and the addresses for messages, such as "tcp 127.0.0.1:80->127.0.0.1:5000".
   */
  abstract String where(@Nullable SocketAddress local);

  private String where() {
    return where(localAddress());
  }

  /** Returns the network and the addresses, as in error messages. */
  @Override
  public final String toString() {
    return where();
  }

  /**
   * Returns the same during a call, which may read the address from the system even while the
   * descriptor is being closed.
   */
  final String whereInUse() {
    return where(transport.endpoint().localAddress());
  }

  // Deadlines

  /**
   * Sets the deadline of one direction, from which on its operations fail.
   *
   * @param when on {@link System#nanoTime}'s scale; 0 for none
   */
  public final void setReadDeadline(long when) throws IOException {
    requireOpen(NetOperation.SET_READ_DEADLINE);
    poll.setDeadline(poll.read, when);
  }

  /**
   * Sets the deadline of one direction, from which on its operations fail.
   *
   * @param when on {@link System#nanoTime}'s scale; 0 for none
   */
  public final void setWriteDeadline(long when) throws IOException {
    requireOpen(NetOperation.SET_WRITE_DEADLINE);
    poll.setDeadline(poll.write, when);
  }

  /**
   * Returns the read deadline on {@link System#nanoTime}'s scale, {@link #NO_DEADLINE} or {@link
   * #EXPIRED}.
   */
  public final long readDeadline() {
    return poll.read.deadline();
  }

  /** Returns the write deadline, in the same way. */
  public final long writeDeadline() {
    return poll.write.deadline();
  }

  // Life

  public final boolean isOpen() {
    return !lock.isClosed();
  }

  /** Reports whether a thread reads, writes or accepts, or waits for its turn; a snapshot. */
  public final boolean isInUse() {
    return lock.isInUse();
  }

  /** Called by the thread that has established the connection. */
  final void connected(Events.Connection connection) {
    Events.Listener events = Events.listener();
    if (events != null) {
      closing = events.connected(connection);
    }
  }

  /**
   * Closes the descriptor; returns false if it was closed before. Each step is made although an
   * earlier one fails for lack of memory, because there is no second call: the descriptor would
   * stay open.
   */
  public final boolean close() {
    boolean closes = false;
    try {
      Events.Closing told = closing;
      if (told != null) {
        told.closing();
      }
    } finally {
      closes = lock.close();
      if (closes) {
        releaseAll();
      }
    }
    return closes;
  }

  private void releaseAll() {
    try {
      poll.close();
    } finally {
      try {
        transport.beginClose();
      } finally {
        try {
          dereference();
        } finally {
          closeActions.run();
        }
      }
    }
  }

  /** Runs {@code action} when this is closed, at once if it is closed already. */
  public final void onClose(Runnable action) {
    closeActions.add(action);
  }

  final void reference(NetOperation operation) throws IOException {
    if (!lock.reference()) {
      throw NetExceptions.closed(operation, where());
    }
  }

  final void dereference() {
    if (lock.dereference()) {
      transport.close();
    }
  }

  final void lockRead(NetOperation operation, @Nullable CancelSignal cancelSignal)
      throws IOException {
    requireLocked(operation, lock.lockRead(cancelSignal), cancelSignal);
  }

  /** Locks for reading unless another thread has; returns false then. */
  final boolean tryLockRead(NetOperation operation) throws IOException {
    int outcome = lock.tryLockRead();
    if (outcome == FdLock.BUSY) {
      return false;
    }
    requireLocked(operation, outcome, null);
    return true;
  }

  final void unlockRead() {
    if (lock.unlockRead()) {
      transport.close();
    }
  }

  final void lockWrite(NetOperation operation, @Nullable CancelSignal cancelSignal)
      throws IOException {
    requireLocked(operation, lock.lockWrite(cancelSignal), cancelSignal);
  }

  final void unlockWrite() {
    if (lock.unlockWrite()) {
      transport.close();
    }
  }

  private void requireLocked(
      NetOperation operation, int outcome, @Nullable CancelSignal cancelSignal) throws IOException {
    switch (outcome) {
      case FdLock.OK -> {}
      case FdLock.CLOSED -> throw NetExceptions.closed(operation, where());
      case FdLock.CANCELLED -> throw Objects.requireNonNull(cancelSignal).toException();
      default -> throw NetExceptions.interrupted(operation, where());
    }
  }

  private void requireOpen(NetOperation operation) throws IOException {
    if (lock.isClosed()) {
      throw NetExceptions.closed(operation, where());
    }
  }

  // Waiting

  /** Fails when the descriptor is closed, the deadline has passed, or the call is cancelled. */
  final void check(
      NetOperation operation, Direction direction, int done, @Nullable CancelSignal cancelSignal)
      throws IOException {
    if (poll.isClosing()) {
      throw NetExceptions.closed(operation, whereInUse());
    }
    if (direction.isExpired()) {
      throw timedOut(operation, done);
    }
    if (cancelSignal != null && cancelSignal.isCancelled()) {
      throw cancelSignal.toException();
    }
  }

  /** Waits until the operation is worth another try. */
  final void await(
      NetOperation operation, Direction direction, int done, @Nullable CancelSignal cancelSignal)
      throws IOException {
    proceed(operation, poll.await(direction, cancelSignal), done, cancelSignal);
  }

  /** Returns when the wait ended with a signal, or throws the exception for its outcome. */
  final void proceed(
      NetOperation operation, PollDesc.Wait outcome, int done, @Nullable CancelSignal cancelSignal)
      throws IOException {
    switch (outcome) {
      case SIGNALLED -> {}
      case CLOSED -> throw NetExceptions.closed(operation, whereInUse());
      case CANCELLED -> throw Objects.requireNonNull(cancelSignal).toException();
      case TIMED_OUT -> throw timedOut(operation, done);
      case INTERRUPTED -> {
        InterruptedIOException e = NetExceptions.interrupted(operation, whereInUse());
        e.bytesTransferred = done;
        throw e;
      }
    }
  }

  private SocketTimeoutException timedOut(NetOperation operation, int done) {
    SocketTimeoutException e = NetExceptions.timedOut(operation, whereInUse());
    e.bytesTransferred = done;
    return e;
  }

  final IOException failure(NetOperation operation, int result) {
    return NetExceptions.of(operation, whereInUse(), -result);
  }

  /** Returns a new descriptor of the same socket, with close-on-exec; the caller must close it. */
  public int duplicate() throws IOException {
    reference(NetOperation.DUPLICATE);
    try {
      int number = transport.duplicate();
      if (number < 0) {
        throw failure(NetOperation.DUPLICATE, number);
      }
      return number;
    } finally {
      dereference();
    }
  }

  // Addresses and options

  public final @Nullable SocketAddress localAddress() {
    if (!lock.reference()) {
      return transport
          .endpoint()
          .knownLocalAddress(); // the descriptor's number may be in use by another socket
    }
    try {
      return transport.endpoint().localAddress();
    } finally {
      dereference();
    }
  }

  public final @Nullable SocketAddress remoteAddress() {
    return transport.endpoint().remoteAddress();
  }

  /**
   * Binds the local end. Waits for at most a second for a port that a closed socket still holds.
   */
  public final void bind(NetOperation operation, String where, SocketAddress address)
      throws IOException {
    wanted = address;
    int result = ClosingPorts.retry(address, () -> transport.bind(address));
    if (result < 0) {
      throw NetExceptions.of(operation, where, -result);
    }
  }

  public final <T> void setOption(SocketOption<T> option, T value) throws IOException {
    OptionCheck.requireSupported(option, supportedOptions());
    OptionCheck.requireValid(option, value);
    access(
        NetOperation.SET,
        option.name(),
        () -> {
          transport.endpoint().setOption(option, value);
          return value;
        });
  }

  public final <T> T getOption(SocketOption<T> option) throws IOException {
    OptionCheck.requireSupported(option, supportedOptions());
    return access(NetOperation.GET, option.name(), () -> transport.endpoint().getOption(option));
  }

  /** Returns the address passed to {@link #bind}; for the thread that called it. */
  final @Nullable SocketAddress wantedAddress() {
    return wanted;
  }

  /** A system call on the open descriptor. */
  interface Access<T> {
    T call() throws IOException;
  }

  /** Makes a system call that gets or sets a {@code property}. */
  final <T> T access(NetOperation operation, String property, Access<T> access) throws IOException {
    if (!lock.reference()) {
      throw NetExceptions.closed(operation, property + " " + where());
    }
    try {
      return access.call();
    } catch (SystemCallException e) {
      throw NetExceptions.of(operation, property + " " + whereInUse(), e.errno());
    } finally {
      dereference();
    }
  }

  public final Set<SocketOption<?>> supportedOptions() {
    return transport.endpoint().supportedOptions();
  }
}
