package dev.weft.net;

import dev.weft.net.fake.FakeNet;
import java.io.IOException;
import java.net.InetSocketAddress;

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
  },

  FAKE("fake") {
    private final FakeNet net = new FakeNet();

    @Override
    Listener listen() throws IOException {
      return net.listen("server:0");
    }

    @Override
    Conn dial(Listener listener) throws IOException {
      InetSocketAddress address = (InetSocketAddress) listener.localAddress();
      return net.dial(address.getHostString() + ":" + address.getPort());
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

  abstract Listener listen() throws IOException;

  /** Connects to a listener of this kind. */
  Conn dial(Listener listener) throws IOException {
    return Net.dial(listener.localAddress());
  }
}
