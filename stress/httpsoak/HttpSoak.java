/**
 * A server under clients of all manners, and a count of what they leave behind.
 *
 * <p>{@code HttpSoak serve PORT} serves, and tells at {@code /left} what it holds. {@code HttpSoak
 * load PORT SECONDS CONNECTIONS RATE} sends requests whose bodies it knows, compares every byte,
 * breaks off where it likes, and exits with 1 when something was wrong, a client did nothing, or
 * fewer than RATE answers came a second. The time begins when every client has a connection, so
 * that a slow start of the JVM does not use it up.
 */
public final class HttpSoak {
  private HttpSoak() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    if (arguments[0].equals("serve")) {
      SoakServer.serve(port);
    } else {
      boolean good =
          Load.run(
              port,
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]),
              Integer.parseInt(arguments[4]));
      System.exit(good ? 0 : 1);
    }
  }
}
