package dev.weft.cli.proxy.settings;

/**
 * An address that connections are passed on to, as the user writes it.
 *
 * @param network {@code tcp} or {@code unix}
 * @param address {@code host:port}, or a path or {@code @name}
 * @param weight its share of the connections, relative to the others
 */
public record Backend(String network, String address, int weight) {
  private static final String UNIX = "unix:";
  private static final String WEIGHT = ",weight=";
  private static final int MAX_WEIGHT = 1000;
  private static final int MAX_PORT = 65_535;

  /**
   * @param text {@code host:port} or {@code unix:path}; {@code ,weight=N} may follow
   * @throws IllegalArgumentException when it is not written like that
   */
  public static Backend parse(String text) {
    int end = text.indexOf(WEIGHT);
    String address = end < 0 ? text : text.substring(0, end);
    int weight = end < 0 ? 1 : weight(text, text.substring(end + WEIGHT.length()));
    boolean unix = address.startsWith(UNIX);
    if (unix ? address.length() == UNIX.length() : !hasHostAndPort(text, address)) {
      throw new IllegalArgumentException(
          "target \"" + text + "\": must be host:port or unix:path, such as 127.0.0.1:8081");
    }
    return unix
        ? new Backend("unix", address.substring(UNIX.length()), weight)
        : new Backend("tcp", address, weight);
  }

  private static int weight(String text, String weight) {
    if (weight.matches("[1-9][0-9]{0,3}") && Integer.parseInt(weight) <= MAX_WEIGHT) {
      return Integer.parseInt(weight);
    }
    throw new IllegalArgumentException(
        "target \"" + text + "\": the weight must be a number from 1 to " + MAX_WEIGHT);
  }

  private static boolean hasHostAndPort(String text, String address) {
    int colon = address.lastIndexOf(':');
    if (colon <= 0 || !address.substring(colon + 1).matches("[0-9]{1,9}")) {
      return false;
    }
    int port = Integer.parseInt(address.substring(colon + 1));
    if (port == 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "target \"" + text + "\": the port must be from 1 to " + MAX_PORT + ", not " + port);
    }
    return true;
  }

  /** The address as it was written, without the weight. */
  @Override
  public String toString() {
    return network.equals("unix") ? UNIX + address : address;
  }
}
