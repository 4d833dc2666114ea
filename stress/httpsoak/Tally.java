import java.util.concurrent.atomic.LongAdder;

/** What the clients have seen. */
final class Tally {
  static final LongAdder ANSWERS = new LongAdder();

  /** Bytes of bodies. */
  static final LongAdder COMPARED = new LongAdder();

  /** Connections that a client has ended in the middle of a request or an answer. */
  static final LongAdder BROKEN_OFF = new LongAdder();

  static final LongAdder CONNECTIONS = new LongAdder();
  static final LongAdder FAILURES = new LongAdder();

  /** Clients that ended without a single right answer. */
  static final LongAdder IDLE_CLIENTS = new LongAdder();

  /** Of pipelines of short answers. */
  static final Times TIMES = new Times();

  private Tally() {}
}
