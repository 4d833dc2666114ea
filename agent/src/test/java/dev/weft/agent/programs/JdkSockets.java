package dev.weft.agent.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import sun.nio.ch.Poller;

/** Uses each kind of JDK socket in virtual threads, in each way to wait and to stop waiting. */
public final class JdkSockets {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

  public static void main(String[] args) throws Exception {
    check("read", JdkSockets::readWaits);
    check("timeout", JdkSockets::readTimesOut);
    check("close", JdkSockets::closeEndsRead);
    check("interrupt", JdkSockets::interruptEndsRead);
    check("short reads", () -> shortReadsMissNothing(Pair::open));
    check("short reads of a channel's socket", () -> shortReadsMissNothing(Pair::ofChannel));
    check("urgent", () -> readsEndAtUrgentData(Pair::open));
    check("urgent at a channel's socket", () -> readsEndAtUrgentData(Pair::ofChannel));
    check("write", JdkSockets::writeWaits);
    check("accept", JdkSockets::acceptTimesOut);
    check("channels", JdkSockets::channels);
    check("short reads of channels", JdkSockets::shortReadsOfChannelsMissNothing);
    check("waits of channels end", JdkSockets::waitsOfChannelsEnd);
    check("datagrams", JdkSockets::datagrams);
    check("pipe", JdkSockets::pipe);
    check("selector", JdkSockets::selector);
    check("reuse", JdkSockets::numbersAreUsedAgain);
    System.out.println("all");
    System.exit(0);
  }

  private interface Check {
    void run() throws Exception;
  }

  private static void check(String name, Check check) throws Exception {
    on(
            () -> {
              check.run();
              return null;
            })
        .get();
    System.out.println(name);
  }

  private static <T> Future<T> on(Callable<T> body) {
    return THREADS.submit(body);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  /** Does it on another thread as soon as the calling one waits. */
  private static void onceThisWaits(Check action) {
    Thread me = Thread.currentThread();
    on(() -> {
      awaitWaiting(me);
      action.run();
      return null;
    });
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.yield();
    }
  }

  private record Pair(Socket near, Socket far) implements AutoCloseable {
    static Pair open() throws IOException {
      try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
        Socket near = new Socket(LOOPBACK, server.getLocalPort());
        return new Pair(near, server.accept());
      }
    }

    /** The near one is that of a channel. */
    static Pair ofChannel() throws IOException {
      try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
        Socket near = SocketChannel.open(server.getLocalSocketAddress()).socket();
        return new Pair(near, server.accept());
      }
    }

    @Override
    public void close() throws IOException {
      near.close();
      far.close();
    }
  }

  private static void readWaits() throws Exception {
    try (Pair pair = Pair.open()) {
      Thread reader =
          Thread.startVirtualThread(() -> {
            try {
              require(pair.near.getInputStream().read() == 7, "the byte");
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      awaitWaiting(reader);
      // The JDK's pollers know nothing of it.
      require(
          Poller.readPollers().stream()
              .allMatch(poller -> poller.toString().contains("registered = 0")),
          "the JDK's poller waits: " + Poller.readPollers());
      pair.far.getOutputStream().write(7);
      reader.join();
    }
  }

  private static void readTimesOut() throws Exception {
    try (Pair pair = Pair.open()) {
      for (int i = 0; i < 3; i++) {
        pair.near.setSoTimeout(20);
        try {
          pair.near.getInputStream().read();
          throw new AssertionError("read without bytes");
        } catch (SocketTimeoutException expected) {
          // and the next read works:
        }
        pair.near.setSoTimeout(60_000);
        pair.far.getOutputStream().write(i);
        require(pair.near.getInputStream().read() == i, "the byte after a time-out");
      }
    }
  }

  private static void closeEndsRead() throws Exception {
    try (Pair pair = Pair.open()) {
      onceThisWaits(() -> pair.near.close());
      try {
        pair.near.getInputStream().read();
        throw new AssertionError("read from a closed socket");
      } catch (SocketException expected) {
        require(pair.near.isClosed(), "closed");
      }
    }
  }

  private static void interruptEndsRead() throws Exception {
    try (Pair pair = Pair.open()) {
      Thread me = Thread.currentThread();
      onceThisWaits(me::interrupt);
      try {
        pair.near.getInputStream().read();
        throw new AssertionError("read though interrupted");
      } catch (SocketException expected) {
        require(Thread.interrupted(), "the status stays set");
      }
    }
  }

  /**
   * A short read is followed by more bytes, by a time-out, by another thread's reads, by the end.
   */
  private static void shortReadsMissNothing(Callable<Pair> pairs) throws Exception {
    byte[] buffer = new byte[64];
    for (int i = 0; i < 200; i++) {
      try (Pair pair = pairs.call()) {
        InputStream in = pair.near.getInputStream();
        OutputStream out = pair.far.getOutputStream();
        onceThisWaits(() -> out.write(new byte[3]));
        require(in.read(buffer) == 3, "the first bytes");
        Future<?> writing =
            on(() -> {
              for (int n = 0; n < 20; n++) {
                out.write(n);
                Thread.yield();
              }
              return null;
            });
        require(in.readNBytes(20)[19] == 19, "bytes one by one");
        writing.get();
        readShortAndLong(in, out, buffer);
        pair.near.setSoTimeout(1);
        try {
          in.read(buffer);
          throw new AssertionError("read without bytes");
        } catch (SocketTimeoutException expected) {
          pair.near.setSoTimeout(0);
        }
        out.write(new byte[2]);
        FutureTask<Integer> platform = new FutureTask<>(() -> in.read(buffer, 0, 1));
        Thread.ofPlatform().start(platform);
        require(platform.get() == 1 && in.read(buffer) == 1, "bytes that two threads share");
        out.write(new byte[5]);
        pair.far.shutdownOutput();
        int last = 0;
        for (int n; (n = in.read(buffer)) != -1; ) {
          last += n;
        }
        require(last == 5, "the last bytes and the end");
      }
    }
  }

  private static void readShortAndLong(InputStream in, OutputStream out, byte[] buffer)
      throws IOException {
    out.write(new byte[100]);
    int sum = in.read(buffer);
    while (sum < 100) {
      sum += in.read(buffer, 0, 10);
    }
    require(sum == 100, "as many as were written");
  }

  /** The kernel ends a read at the urgent mark, though more bytes are there. */
  private static void readsEndAtUrgentData(Callable<Pair> pairs) throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Pair pair = pairs.call()) {
        pair.near.setOOBInline(true);
        InputStream in = pair.near.getInputStream();
        OutputStream out = pair.far.getOutputStream();
        onceThisWaits(() -> out.write(1));
        require(in.read(new byte[8]) == 1, "the first byte");
        out.write(new byte[4]);
        pair.far.sendUrgentData(5);
        out.write(new byte[3]);
        byte[] buffer = new byte[64];
        int sum = 0;
        while (sum < 8) {
          sum += in.read(buffer);
        }
        require(sum == 8, "the bytes around the urgent one");
      }
    }
  }

  private static void writeWaits() throws Exception {
    try (Pair pair = Pair.open()) {
      byte[] much = new byte[8 << 20];
      Future<Integer> read = on(() -> pair.far.getInputStream().readNBytes(much.length).length);
      pair.near.getOutputStream().write(much);
      require(read.get() == much.length, "all bytes arrive");
    }
  }

  private static void acceptTimesOut() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      server.setSoTimeout(20);
      try {
        server.accept();
        throw new AssertionError("accepted nothing");
      } catch (SocketTimeoutException expected) {
        server.setSoTimeout(60_000);
      }
      Future<Socket> dialed = on(() -> new Socket(LOOPBACK, server.getLocalPort()));
      server.accept().close();
      dialed.get().close();
    }
  }

  private static void channels() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(LOOPBACK, 0));
      Future<SocketChannel> accepted = on(server::accept);
      SocketChannel near = SocketChannel.open(server.getLocalAddress());
      SocketChannel far = accepted.get();
      onceThisWaits(() -> far.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
      ByteBuffer buffer = ByteBuffer.allocate(8);
      require(near.read(buffer) == 3, "three bytes");
      onceThisWaits(near::close);
      try {
        near.read(buffer);
        throw new AssertionError("read from a closed channel");
      } catch (AsynchronousCloseException expected) {
        far.close();
      }
      onceThisWaits(server::close);
      try {
        server.accept();
        throw new AssertionError("accepted on a closed channel");
      } catch (AsynchronousCloseException expected) {
        require(!server.isOpen(), "closed");
      }
    }
  }

  /** Of the one that dialled and of the one that was accepted, and of the streams of both. */
  private static void waitsOfChannelsEnd() throws Exception {
    for (boolean dialed : new boolean[] {true, false}) {
      endsByClosing(dialed, channel -> channel.read(ByteBuffer.allocate(8)));
      endsByClosing(dialed, JdkSockets::writeWithoutEnd);
      endsByInterrupt(dialed, channel -> channel.read(ByteBuffer.allocate(8)));
      endsByInterrupt(dialed, JdkSockets::writeWithoutEnd);
      withChannels(dialed, (channel, peer) -> streamTimesOut(channel.socket(), peer));
      for (int timeout : new int[] {0, 60_000}) {
        withChannels(
            dialed,
            (channel, peer) -> {
              channel.socket().setSoTimeout(timeout);
              InputStream in = channel.socket().getInputStream();
              onceThisWaits(channel::close);
              fails(AsynchronousCloseException.class, () -> in.read());
            });
      }
    }
  }

  private interface ChannelCall {
    void on(SocketChannel channel) throws Exception;
  }

  private interface ChannelsCall {
    void on(SocketChannel channel, SocketChannel peer) throws Exception;
  }

  private static void withChannels(boolean dialed, ChannelsCall call) throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(LOOPBACK, 0));
      Future<SocketChannel> accepted = on(server::accept);
      try (SocketChannel near = SocketChannel.open(server.getLocalAddress());
          SocketChannel far = accepted.get()) {
        call.on(dialed ? near : far, dialed ? far : near);
      }
    }
  }

  private static void endsByClosing(boolean dialed, ChannelCall call) throws Exception {
    withChannels(
        dialed,
        (channel, _) -> {
          onceThisWaits(channel::close);
          // Between two writes that is a ClosedChannelException, of which the other is a kind.
          fails(ClosedChannelException.class, () -> call.on(channel));
        });
  }

  private static void endsByInterrupt(boolean dialed, ChannelCall call) throws Exception {
    withChannels(
        dialed,
        (channel, _) -> {
          onceThisWaits(Thread.currentThread()::interrupt);
          fails(ClosedByInterruptException.class, () -> call.on(channel));
          require(Thread.interrupted() && !channel.isOpen(), "interrupted and closed");
        });
  }

  private static void fails(Class<? extends Exception> expected, Check call) throws Exception {
    try {
      call.run();
    } catch (Exception e) {
      require(expected.isInstance(e), "not " + expected + " but " + e);
      return;
    }
    throw new AssertionError("no " + expected);
  }

  private static void writeWithoutEnd(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    while (true) {
      channel.write(buffer.clear());
    }
  }

  private static void streamTimesOut(Socket socket, SocketChannel peer) throws Exception {
    InputStream in = socket.getInputStream();
    for (byte i = 0; i < 3; i++) {
      socket.setSoTimeout(20);
      fails(SocketTimeoutException.class, () -> in.read());
      socket.setSoTimeout(60_000);
      byte sent = i;
      onceThisWaits(() -> peer.write(ByteBuffer.wrap(new byte[] {sent})));
      require(in.read() == i, "the byte after a time-out");
    }
  }

  /** A short read is followed by others in both modes, of both kinds, and by the end. */
  private static void shortReadsOfChannelsMissNothing() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64);
    for (int i = 0; i < 200; i++) {
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(LOOPBACK, 0));
        Future<SocketChannel> accepted = on(server::accept);
        try (SocketChannel near = SocketChannel.open(server.getLocalAddress());
            SocketChannel far = accepted.get()) {
          onceThisWaits(() -> far.write(ByteBuffer.allocate(3)));
          require(near.read(buffer.clear()) == 3, "the first bytes");
          require(near.read(ByteBuffer.allocate(0)) == 0, "no room, no wait");
          onceThisWaits(() -> far.write(ByteBuffer.allocate(100)));
          int sum = 0;
          while (sum < 100) {
            sum += near.read(buffer.clear());
          }
          readByEvents(near, far, buffer);
          onceThisWaits(() -> far.write(ByteBuffer.allocate(2)));
          require(near.read(buffer.clear()) == 2, "blocking again");
          onceThisWaits(() -> far.write(ByteBuffer.allocate(4)));
          require(near.read(new ByteBuffer[] {buffer.clear()}) == 4, "several buffers");
          onceThisWaits(far::shutdownOutput);
          require(near.read(buffer.clear()) == -1, "the end");
        }
      }
    }
  }

  private static void readByEvents(SocketChannel near, SocketChannel far, ByteBuffer buffer)
      throws IOException {
    near.configureBlocking(false);
    require(near.read(buffer.clear()) == 0, "nothing yet");
    try (Selector selector = Selector.open()) {
      near.register(selector, SelectionKey.OP_READ);
      far.write(ByteBuffer.allocate(5));
      require(selector.select() == 1 && near.read(buffer.clear()) == 5, "bytes after an event");
    }
    near.configureBlocking(true);
  }

  private static void datagrams() throws Exception {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(new InetSocketAddress(LOOPBACK, 0));
      Thread me = Thread.currentThread();
      onceThisWaits(() -> {
        try (DatagramChannel other = DatagramChannel.open()) {
          other.send(ByteBuffer.wrap(new byte[] {9}), channel.getLocalAddress());
        }
      });
      ByteBuffer buffer = ByteBuffer.allocate(8);
      require(channel.receive(buffer) != null && buffer.position() == 1, "the datagram");
      onceThisWaits(me::interrupt);
      try {
        channel.receive(buffer.clear());
        throw new AssertionError("received though interrupted");
      } catch (ClosedByInterruptException expected) {
        require(Thread.interrupted(), "the status stays set");
      }
    }
  }

  private static void pipe() throws Exception {
    Pipe pipe = Pipe.open();
    onceThisWaits(() -> pipe.sink().write(ByteBuffer.wrap(new byte[] {4})));
    ByteBuffer buffer = ByteBuffer.allocate(8);
    require(pipe.source().read(buffer) == 1, "the byte");
    onceThisWaits(pipe.sink()::close);
    require(pipe.source().read(buffer) == -1, "the end");
    pipe.source().close();
  }

  private static void selector() throws Exception {
    try (Selector selector = Selector.open();
        DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(new InetSocketAddress(LOOPBACK, 0)).configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      require(selector.select(20) == 0, "nothing is ready");
      for (int i = 0; i < 10; i++) {
        try (DatagramChannel other = DatagramChannel.open()) {
          other.send(ByteBuffer.wrap(new byte[] {9}), channel.getLocalAddress());
        }
        require(selector.select() == 1 && key.isReadable(), "the channel is readable");
        selector.selectedKeys().clear();
        channel.receive(ByteBuffer.allocate(8));
      }
      onceThisWaits(() -> selector.wakeup());
      require(selector.select() == 0, "woken up");
    }
  }

  /** Each round's sockets have the numbers of the round before. */
  private static void numbersAreUsedAgain() throws Exception {
    for (int i = 0; i < 500; i++) {
      readWaitsQuickly();
      if (i % 50 == 0) {
        selector();
        pipe();
      }
    }
  }

  private static void readWaitsQuickly() throws Exception {
    try (Pair pair = Pair.open()) {
      onceThisWaits(() -> pair.far.getOutputStream().write(3));
      require(pair.near.getInputStream().read() == 3, "the byte");
    }
  }
}
