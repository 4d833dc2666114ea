package dev.weft.internal.net.address;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** The networks, with Go's names. */
public enum Network {
  TCP("tcp"),
  TCP4("tcp4"),
  TCP6("tcp6"),
  UNIX("unix"),
  UDP("udp"),
  UDP4("udp4"),
  UDP6("udp6");

  private final String text;

  Network(String text) {
    this.text = text;
  }

  /** Parses the name of a network of byte streams. */
  public static Network ofStreams(String text) {
    return switch (text) {
      case "tcp" -> TCP;
      case "tcp4" -> TCP4;
      case "tcp6" -> TCP6;
      case "unix" -> UNIX;
      default -> throw unknown(text, "tcp, tcp4, tcp6 or unix");
    };
  }

  /** Parses the name of a TCP network. */
  public static Network ofTcp(String text) {
    return switch (text) {
      case "tcp" -> TCP;
      case "tcp4" -> TCP4;
      case "tcp6" -> TCP6;
      default -> throw unknown(text, "tcp, tcp4 or tcp6");
    };
  }

  /** Parses the name of a network of datagrams. */
  public static Network ofDatagrams(String text) {
    return switch (text) {
      case "udp" -> UDP;
      case "udp4" -> UDP4;
      case "udp6" -> UDP6;
      default -> throw unknown(text, "udp, udp4 or udp6");
    };
  }

  private static IllegalArgumentException unknown(String text, String known) {
    return new IllegalArgumentException("unknown network \"" + text + "\": use " + known);
  }

  /** Reports whether only IPv4 addresses are allowed. */
  public boolean isV4Only() {
    return this == TCP4 || this == UDP4;
  }

  /** Reports whether only IPv6 addresses are allowed. */
  public boolean isV6Only() {
    return this == TCP6 || this == UDP6;
  }

  public boolean admits(InetAddress address) {
    return !(isV4Only() && address instanceof Inet6Address)
        && !(isV6Only() && address instanceof Inet4Address);
  }

  @Override
  public String toString() {
    return text;
  }
}
