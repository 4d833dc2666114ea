package dev.weft.examples;

import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import dev.weft.net.KeepAlive;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Connects to a server that speaks first, and prints its greeting.
 *
 * <p>Try it with {@code localhost:ssh}, {@code smtp.example.com:smtp}, or a port where nothing
 * listens.
 */
final class Dial {
  private static final Dialer DIALER =
      Dialer.DEFAULT.timeout(Duration.ofSeconds(5)).keepAlive(KeepAlive.DEFAULT);

  private Dial() {}

  static void main(String[] args) {
    String address = args.length > 0 ? args[0] : "localhost:ssh";
    try (Conn conn = DIALER.dial("tcp", address)) {
      System.out.println("connected: " + conn);
      conn.setReadDeadline(Duration.ofSeconds(5));
      var in = new InputStreamReader(conn.inputStream(), StandardCharsets.UTF_8);
      System.out.println(new BufferedReader(in).readLine());
    } catch (IOException e) {
      // Of several addresses the message tells each, and why it could not be reached.
      System.err.println(e.getMessage());
    }
  }
}
