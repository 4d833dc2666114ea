package dev.weft.debug.internal.page;

import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.http.HttpException;
import dev.weft.http.Parameters;
import dev.weft.internal.inspect.Deadline;
import dev.weft.internal.inspect.Descriptor;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.sys.TcpInfoStruct;
import dev.weft.internal.track.TlsConnections;
import dev.weft.net.TcpInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Every listener, connection and datagram socket, with the kernel's figures of TCP connections. */
public final class NetPage {
  private static final int DEFAULT_LIMIT = 1000;
  private static final Set<String> KINDS = Set.of("listener", "connection", "datagrams", "tls");

  private static final String COLUMNS =
      String.join(
          "\t",
          "kind",
          "state",
          "age",
          "address",
          "rtt_us",
          "cwnd",
          "unacked",
          "retransmits",
          "unsent",
          "sent",
          "received",
          "read_deadline_ms",
          "write_deadline_ms",
          "read_by",
          "opened_by");

  private record Row(
      Descriptor descriptor, String kind, String state, @Nullable TcpInfoStruct tcp) {
    static Row of(Descriptor descriptor) {
      TcpInfoStruct tcp = descriptor.tcpInfo();
      return new Row(
          descriptor,
          descriptor.kind().name().toLowerCase(Locale.ROOT),
          tcp == null ? "open" : stateOf(tcp),
          tcp);
    }

    long figure(ToLongFunction<TcpInfoStruct> of) {
      return tcp == null ? 0 : of.applyAsLong(tcp);
    }
  }

  private NetPage() {}

  /** The state of a TCP connection, such as "established". */
  public static String stateOf(TcpInfoStruct tcp) {
    TcpInfo.State[] all = TcpInfo.State.values(); // the kernel counts from 1, in this order
    int number = tcp.state();
    return (number >= 1 && number < all.length ? all[number - 1] : TcpInfo.State.OTHER)
        .name()
        .toLowerCase(Locale.ROOT);
  }

  /**
   * The table, as text.
   *
   * @param query {@code kind} (listener, connection, datagrams or tls), {@code network} and {@code
   *     state} pick rows; {@code sort} is {@code age}, {@code rtt}, {@code unsent}, {@code
   *     retransmits}, {@code sent} or {@code received}; {@code limit} is the maximum number of rows
   * @throws HttpException 400 for a value that a parameter does not take
   */
  public static String text(Parameters query) throws HttpException {
    Comparator<Row> order = order(query.get("sort", "age"));
    int limit = limit(query.get("limit"));
    checkKind(query.get("kind"));
    List<Row> rows = new ArrayList<>();
    Inspection.descriptors(descriptor -> {
      Row row = Row.of(descriptor);
      if (matches(query.get("kind"), row.kind)
          && matches(query.get("network"), descriptor.network())
          && matches(query.get("state"), row.state)) {
        rows.add(row);
      }
    });
    rows.sort(order);
    StringBuilder out = new StringBuilder();
    out.append(rows.size()).append(" descriptors");
    out.append(rows.size() > limit ? ", the first " + limit + ":\n" : "\n");
    out.append(COLUMNS).append('\n');
    long now = System.nanoTime();
    rows.stream().limit(limit).forEach(row -> append(row, now, out));
    appendSecured(query, limit, now, out);
    return out.toString();
  }

  /** TLS connections, whose descriptors are rows of their own. */
  private static void appendSecured(Parameters query, int limit, long now, StringBuilder out) {
    List<String> lines = new ArrayList<>();
    TlsConnections.LIVE.forEach(entry -> {
      TlsConnections.Secured secured = entry.get();
      if (secured != null
          && lines.size() < limit
          && matches(query.get("kind"), "tls")
          && matches(query.get("network"), "tls")
          && matches(query.get("state"), secured.progress())) {
        lines.add(
            "tls\t"
                + secured.progress()
                + '\t'
                + GoroutineText.age(now - entry.since())
                + "\ttls over "
                + secured.where()
                + "\t\t\t\t\t\t\t\t\t\t\tthread "
                + entry.creator()
                + '\n');
      }
    });
    lines.forEach(out::append);
  }

  private static void append(Row row, long now, StringBuilder out) {
    out.append(row.kind).append('\t').append(row.state).append('\t');
    out.append(GoroutineText.age(now - row.descriptor.since())).append('\t');
    out.append(row.descriptor);
    TcpInfoStruct tcp = row.tcp;
    if (tcp == null) {
      out.append("\t\t\t\t\t\t\t");
    } else {
      out.append('\t').append(tcp.rttMicros()).append('\t').append(tcp.congestionWindow());
      out.append('\t').append(tcp.unacknowledgedSegments());
      out.append('\t').append(tcp.totalRetransmits()).append('\t').append(tcp.unsentBytes());
      out.append('\t').append(tcp.bytesSent()).append('\t').append(tcp.bytesReceived());
    }
    out.append('\t').append(millisUntil(row.descriptor.readDeadline(), now));
    out.append('\t').append(millisUntil(row.descriptor.writeDeadline(), now));
    long reader = row.descriptor.lastReader();
    out.append('\t').append(reader == 0 ? "" : "thread " + reader);
    out.append("\tthread ").append(row.descriptor.creator()).append('\n');
  }

  private static String millisUntil(@Nullable Deadline deadline, long now) {
    if (deadline == null) {
      return "";
    }
    return deadline.isExpired()
        ? "expired"
        : String.valueOf(TimeUnit.NANOSECONDS.toMillis(deadline.when() - now));
  }

  private static boolean matches(@Nullable String wanted, String is) {
    return wanted == null || is.equals(wanted);
  }

  private static Comparator<Row> order(String by) throws HttpException {
    return switch (by) {
      case "age" -> Comparator.comparingLong(row -> row.descriptor.since());
      case "rtt" -> largest(TcpInfoStruct::rttMicros);
      case "unsent" -> largest(TcpInfoStruct::unsentBytes);
      case "retransmits" -> largest(TcpInfoStruct::totalRetransmits);
      case "sent" -> largest(TcpInfoStruct::bytesSent);
      case "received" -> largest(TcpInfoStruct::bytesReceived);
      default ->
          throw new HttpException(
              400, "sort is age, rtt, unsent, retransmits, sent or received, not " + by);
    };
  }

  private static Comparator<Row> largest(ToLongFunction<TcpInfoStruct> figure) {
    return Comparator.<Row>comparingLong(row -> row.figure(figure)).reversed();
  }

  private static void checkKind(@Nullable String kind) throws HttpException {
    if (kind != null && !KINDS.contains(kind)) {
      throw new HttpException(400, "kind is listener, connection, datagrams or tls, not " + kind);
    }
  }

  private static int limit(@Nullable String text) throws HttpException {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit > 0) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // reported as the same error
    }
    throw new HttpException(400, "limit is a whole number above 0, not " + text);
  }
}
