package dev.weft.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** A network by Go's name. */
enum Network {
  TCP("tcp"),
  TCP4("tcp4"),
  TCP6("tcp6");

  private final String text;

  Network(String text) {
    this.text = text;
  }

  static Network of(String text) {
    for (Network network : values()) {
      if (network.text.equals(text)) {
        return network;
      }
    }
    throw new IllegalArgumentException("unknown network \"" + text + "\": use tcp, tcp4 or tcp6");
  }

  boolean admits(InetAddress address) {
    return switch (this) {
      case TCP -> true;
      case TCP4 -> address instanceof Inet4Address;
      case TCP6 -> address instanceof Inet6Address;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
