package dev.weft.examples;

import dev.weft.net.Datagram;
import dev.weft.net.Net;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;

/**
 * Sends datagrams back. The payload is never copied: it goes out from where it came in.
 *
 * <p>Try it with {@code nc -u localhost 7000}.
 */
final class UdpEcho {
  private UdpEcho() {}

  static void main(String[] args) throws IOException {
    String address = args.length > 0 ? args[0] : ":7000";
    try (var conn = Net.listenPacket("udp", address)) {
      System.out.println("UDP echo listens on " + conn.localAddress());
      while (true) {
        try (Datagram datagram = conn.receive()) { // lent until it is closed or sent
          conn.reply(datagram);
        } catch (ClosedChannelException | InterruptedIOException e) {
          return; // closed, or told to stop
        } catch (IOException e) {
          System.err.println(e.getMessage()); // for example: no socket has that port any more
        }
      }
    }
  }
}
