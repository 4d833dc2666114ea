package dev.weft.cli.proxy.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.weft.cli.proxy.forward.Ending;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.targets.Target;
import dev.weft.cli.proxy.tls.Tls;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Listener;
import dev.weft.net.tls.TlsStats;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Serves the statistics of a proxy as JSON over HTTP. */
public final class Statistics implements AutoCloseable {
  private final long startedAt = System.nanoTime();
  private final TcpProxy proxy;
  private final Listener listener;
  private final HttpServer server =
      HttpServer.builder()
          .handler((request, response) ->
              response.type("application/json").send((json() + "\n").getBytes(UTF_8)))
          .build();

  /** Answers each request on the listener, whatever its path. */
  public Statistics(TcpProxy proxy, Listener listener) {
    this.proxy = proxy;
    this.listener = listener;
    server.serve(listener);
  }

  public Listener listener() {
    return listener;
  }

  public String json() {
    JsonObject json = new JsonObject();
    json.addProperty("pid", ProcessHandle.current().pid());
    json.addProperty("uptimeSeconds", Duration.ofNanos(System.nanoTime() - startedAt).toSeconds());
    JsonArray listen = new JsonArray();
    proxy.addresses().forEach(address -> listen.add(Addresses.text(address)));
    json.add("listen", listen);
    json.add("connections", connections());
    JsonObject bytes = new JsonObject();
    bytes.addProperty("sent", proxy.sent());
    bytes.addProperty("received", proxy.received());
    json.add("bytes", bytes);
    json.add("targets", targets());
    Tls tls = proxy.route().tls();
    if (tls.clients() != null) {
      json.add("clientHandshakes", handshakes(tls.clientStats()));
    }
    if (tls.targets() != null) {
      json.add("targetHandshakes", handshakes(tls.targetStats()));
    }
    return new GsonBuilder().setPrettyPrinting().create().toJson(json);
  }

  private JsonObject connections() {
    JsonObject connections = new JsonObject();
    connections.addProperty("open", proxy.openConnections());
    connections.addProperty("accepted", proxy.accepted());
    JsonObject ended = new JsonObject();
    for (Ending each : Ending.values()) {
      ended.addProperty(each.toString(), proxy.totals().ended(each));
    }
    connections.add("ended", ended);
    return connections;
  }

  private JsonArray targets() {
    JsonArray targets = new JsonArray();
    for (Target each : proxy.route().targets().all()) {
      JsonObject target = new JsonObject();
      target.addProperty("address", each.toString());
      target.addProperty("up", each.isUp());
      target.addProperty("open", each.open());
      target.addProperty("connected", each.connected());
      target.addProperty("failed", each.failed());
      targets.add(target);
    }
    return targets;
  }

  private static JsonObject handshakes(TlsStats stats) {
    JsonObject handshakes = new JsonObject();
    handshakes.addProperty("full", stats.full());
    handshakes.addProperty("resumed", stats.resumed());
    handshakes.add("failed", counts(stats.failed()));
    handshakes.addProperty("waits", stats.waits());
    handshakes.addProperty("refused", stats.refused());
    handshakes.add("versions", counts(stats.versions()));
    handshakes.add("cipherSuites", counts(stats.cipherSuites()));
    return handshakes;
  }

  private static JsonObject counts(Map<String, Long> counts) {
    JsonObject json = new JsonObject();
    new TreeMap<>(counts).forEach(json::addProperty);
    return json;
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public String toString() {
    return listener.toString();
  }
}
