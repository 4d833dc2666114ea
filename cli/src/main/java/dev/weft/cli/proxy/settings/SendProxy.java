package dev.weft.cli.proxy.settings;

import dev.weft.net.ProxyHeader;

/** Whether targets are told the client's address by the PROXY protocol. */
public enum SendProxy {
  /** They are not. */
  NONE,

  /** By version 1, a line of text. */
  V1,

  /** By version 2, which is binary. */
  V2;

  public byte[] bytes(ProxyHeader header) {
    return switch (this) {
      case NONE -> new byte[0];
      case V1 -> header.toVersion1();
      case V2 -> header.toVersion2();
    };
  }
}
