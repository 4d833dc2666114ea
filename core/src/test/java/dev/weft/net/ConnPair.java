package dev.weft.net;

/** Two connected ends. */
record ConnPair(Conn client, Conn server) implements AutoCloseable {
  @Override
  public void close() {
    client.close();
    server.close();
  }
}
