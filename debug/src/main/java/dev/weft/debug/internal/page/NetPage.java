package dev.weft.debug.internal.page;

import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Parameters;
import dev.weft.internal.inspect.Deadline;
import dev.weft.internal.inspect.Descriptor;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.sys.TcpInfoStruct;
import dev.weft.internal.track.TlsConnections;
import dev.weft.internal.track.Tracked;
import dev.weft.net.TcpInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every listener, connection and datagram socket, with the kernel's figures of TCP connections. */
public final class NetPage {
  private static final int DEFAULT_LIMIT = 1000;
  private static final String TLS = "tls";
  private static final List<String> KINDS = List.of("listener", "connection", "datagrams", TLS);
  private static final List<String> NETWORKS =
      List.of("tcp", "udp", "unix", "unixgram", "pipe", "fake", TLS);
  private static final List<String> SORTS =
      List.of("age", "rtt", "unsent", "retransmits", "sent", "received");

  /** Of descriptors without the kernel's figures, of TLS connections, and of TCP connections. */
  private static final List<String> STATES =
      Stream.concat(
              Stream.of("open", "handshake", "TLSv1.2", "TLSv1.3"),
              Arrays.stream(TcpInfo.State.values()).map(NetPage::nameOf))
          .toList();

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
    return nameOf(number >= 1 && number < all.length ? all[number - 1] : TcpInfo.State.OTHER);
  }

  private static String nameOf(TcpInfo.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the page's handler. */
  public static Handler handler() {
    return Query.takes(
        (request, response) -> response.type(PprofPages.PLAIN).send(text(request.query())),
        "kind",
        "network",
        "state",
        "sort",
        "limit");
  }

  /**
   * The table, as text.
   *
   * @param query {@code kind} (listener, connection, datagrams or tls), {@code network} and {@code
   *     state} pick rows; {@code sort} is {@code age}, {@code rtt}, {@code unsent}, {@code
   *     retransmits}, {@code sent} or {@code received}; {@code limit} is the maximum number of rows
   * @throws HttpException 400 for a value that a parameter does not take
   */
  private static String text(Parameters query) throws HttpException {
    String kind = Query.oneOf(query, "kind", KINDS);
    String network = Query.oneOf(query, "network", NETWORKS);
    String state = Query.oneOf(query, "state", STATES);
    Comparator<Row> order = order(Query.oneOf(query, "sort", SORTS));
    int limit = limit(query.get("limit"));
    List<Row> rows = new ArrayList<>();
    Inspection.descriptors(descriptor -> {
      Row row = Row.of(descriptor);
      if (matches(kind, row.kind)
          && matches(network, descriptor.network())
          && matches(state, row.state)) {
        rows.add(row);
      }
    });
    rows.sort(order);
    List<Tracked<TlsConnections.Secured>> secured = new ArrayList<>();
    TlsConnections.LIVE.forEach(entry -> {
      TlsConnections.Secured each = entry.get();
      if (each != null
          && matches(kind, TLS)
          && matches(network, TLS)
          && matches(state, each.progress())) {
        secured.add(entry);
      }
    });
    secured.sort(Comparator.comparingLong(Tracked::since));
    StringBuilder out = new StringBuilder();
    out.append(rows.size()).append(" descriptors, ").append(secured.size());
    out.append(" TLS connections");
    out.append(
        Math.max(rows.size(), secured.size()) > limit
            ? ", the first " + limit + " of each:\n"
            : "\n");
    out.append(COLUMNS).append('\n');
    long now = System.nanoTime();
    rows.stream().limit(limit).forEach(row -> append(row, now, out));
    secured.stream().limit(limit).forEach(entry -> append(entry, now, out));
    return out.toString();
  }

  private static void append(Tracked<TlsConnections.Secured> entry, long now, StringBuilder out) {
    TlsConnections.Secured secured = entry.get();
    if (secured != null) {
      out.append(TLS).append('\t').append(secured.progress()).append('\t');
      out.append(GoroutineText.age(now - entry.since()));
      out.append("\ttls over ").append(secured.where());
      out.append("\t".repeat(11)).append("thread ").append(entry.creator()).append('\n');
    }
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

  private static Comparator<Row> order(@Nullable String by) {
    return switch (by) {
      case "rtt" -> largest(TcpInfoStruct::rttMicros);
      case "unsent" -> largest(TcpInfoStruct::unsentBytes);
      case "retransmits" -> largest(TcpInfoStruct::totalRetransmits);
      case "sent" -> largest(TcpInfoStruct::bytesSent);
      case "received" -> largest(TcpInfoStruct::bytesReceived);
      case null, default -> Comparator.comparingLong(row -> row.descriptor.since());
    };
  }

  private static Comparator<Row> largest(ToLongFunction<TcpInfoStruct> figure) {
    return Comparator.<Row>comparingLong(row -> row.figure(figure)).reversed();
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
