package dev.weft.examples;

import static dev.weft.Weft.go;

import dev.weft.chan.Chan;
import dev.weft.chan.ReceiveChan;
import dev.weft.chan.SendChan;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A chat room. One goroutine owns the list of guests, so that nothing needs a lock; two more for
 * each guest read and write, and tell the room over a channel what happened.
 *
 * <p>Try it with {@code nc localhost 9000} in two windows. The first line is your name.
 */
final class Chat {
  private sealed interface Event {}

  private record Joined(Guest guest) implements Event {}

  private record Said(Guest guest, String line) implements Event {}

  private record Left(Guest guest) implements Event {}

  private record Guest(String name, Conn conn) {}

  private Chat() {}

  static void main(String[] args) throws IOException {
    String address = args.length > 0 ? args[0] : ":9000";
    Chan<Event> events = Chan.unbuffered();
    go(() -> room(events));
    try (var listener = Net.listen("tcp", address)) {
      System.out.println("chat listens on " + listener.localAddress());
      while (true) {
        var conn = listener.accept();
        go(() -> listen(conn, events));
      }
    }
  }

  /** Reads what a guest says. */
  private static void listen(Conn conn, SendChan<Event> events) throws InterruptedException {
    try (conn;
        var in =
            new BufferedReader(new InputStreamReader(conn.inputStream(), StandardCharsets.UTF_8))) {
      String name = in.readLine();
      if (name == null) {
        return;
      }
      var guest = new Guest(name, conn);
      events.send(new Joined(guest));
      try {
        for (String line; (line = in.readLine()) != null; ) {
          events.send(new Said(guest, line));
        }
      } finally {
        events.send(new Left(guest));
      }
    } catch (IOException e) {
      // The guest is gone.
    }
  }

  /** Keeps the list of guests and forwards their lines. */
  private static void room(ReceiveChan<Event> events) {
    Map<Guest, Chan<String>> guests = new LinkedHashMap<>();
    for (Event event : events) {
      switch (event) {
        case Joined(var guest) -> {
          Chan<String> lines = Chan.buffered(64);
          guests.put(guest, lines);
          go(() -> speak(guest, lines));
          tell(guests, guest, guest.name() + " is here");
        }
        case Said(var guest, var line) -> tell(guests, guest, guest.name() + ": " + line);
        case Left(var guest) -> {
          Chan<String> lines = guests.remove(guest);
          if (lines != null) {
            lines.close();
          }
          tell(guests, guest, guest.name() + " has left");
        }
      }
    }
  }

  /**
   * Sends a line to all guests but one. A guest that reads too slowly misses lines and delays no
   * other.
   */
  private static void tell(Map<Guest, Chan<String>> guests, Guest except, String line) {
    guests.forEach((guest, lines) -> {
      if (guest != except) {
        lines.trySend(line);
      }
    });
  }

  /** Writes to a guest what the others say. */
  private static void speak(Guest guest, ReceiveChan<String> lines) {
    try {
      for (String line : lines) {
        guest.conn().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // The guest's connection is closed; its reader ends as well.
    }
  }
}
