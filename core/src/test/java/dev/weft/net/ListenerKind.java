package dev.weft.net;

import java.io.IOException;

/** The kinds of listener that the contract tests run for. */
enum ListenerKind {
  TCP("tcp") {
    @Override
    Listener listen() throws IOException {
      return Net.listen("tcp4", "127.0.0.1:0");
    }
  },

  UNIX("unix") {
    @Override
    Listener listen() throws IOException {
      return UnixSockets.listen();
    }
  };

  private final String network;

  ListenerKind(String network) {
    this.network = network;
  }

  /** The name of the network in messages. */
  String network() {
    return network;
  }

  /** A listener that {@link Net#dial(java.net.SocketAddress)} reaches. */
  abstract Listener listen() throws IOException;
}
