package dev.weft.net;

import dev.weft.net.fake.FakeNet;
import java.io.IOException;

/** The kinds of connection that the contract tests run for. */
enum ConnKind {
  TCP("tcp") {
    @Override
    ConnPair connect() throws IOException {
      Loopback pair = Loopback.connect();
      return new ConnPair(pair.client(), pair.server());
    }
  },

  UNIX("unix") {
    @Override
    ConnPair connect() throws IOException {
      try (Listener listener = UnixSockets.listen()) {
        Conn client = Net.dial(listener.localAddress());
        return new ConnPair(client, listener.accept());
      }
    }
  },

  PIPE("pipe") {
    @Override
    ConnPair connect() throws IOException {
      Pipe pipe = Pipe.open();
      return new ConnPair(pipe.first(), pipe.second());
    }
  },

  FAKE("fake") {
    @Override
    ConnPair connect() throws IOException {
      FakeNet net = new FakeNet();
      try (Listener listener = net.listen("server:80")) {
        Conn client = net.dial("server:80");
        return new ConnPair(client, listener.accept());
      }
    }
  },

  TLS("tcp") {
    @Override
    ConnPair connect() throws IOException {
      return TlsPairs.JDK.over(TCP.connect());
    }

    @Override
    int many() {
      return 30;
    }
  },

  TLS_OVER_PIPE("pipe") {
    @Override
    ConnPair connect() throws IOException {
      return TlsPairs.JDK.over(PIPE.connect());
    }

    @Override
    int many() {
      return 30;
    }
  },

  BORINGSSL("tcp") {
    @Override
    ConnPair connect() throws IOException {
      return TlsPairs.BORINGSSL.over(TCP.connect());
    }

    @Override
    void assumeAvailable() {
      TlsPairs.BORINGSSL.assumeAvailable();
    }

    @Override
    int many() {
      return 30;
    }
  },

  /** The default methods of the interface. */
  MINIMAL("tcp") {
    @Override
    ConnPair connect() throws IOException {
      ConnPair pair = TCP.connect();
      return new ConnPair(new MinimalConn(pair.client()), new MinimalConn(pair.server()));
    }
  };

  private final String network;

  ConnKind(String network) {
    this.network = network;
  }

  /** The name of the network in messages. */
  String network() {
    return network;
  }

  /** How many pairs a test connects that looks for rare orders of events; handshakes take time. */
  int many() {
    return 300;
  }

  /** Skips tests of a kind that this platform does not have. */
  void assumeAvailable() {}

  /** Two connected ends that buffer some bytes. */
  abstract ConnPair connect() throws IOException;
}
