package dev.weft.net;

import static dev.weft.testing.Eventually.eventually;

import com.sun.management.OperatingSystemMXBean;
import dev.weft.Weft;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs out of descriptors while connections come in: opens files until no more can be had, dials
 * with sockets made before, looks how much CPU the waiting takes, and gives the files back.
 */
final class ShortageProgram {
  private static final int ROUNDS = 3;
  private static final int DIALS = 20;
  private static final long LOOK_MILLIS = 1000;

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final AtomicInteger served = new AtomicInteger();
  private long atRest;
  private int shortages;
  private int dialled;
  private long cpuNanos;
  private long wallNanos;

  private ShortageProgram() {}

  public static void main(String[] args) throws Exception {
    var program = new ShortageProgram();
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      Weft.go(() -> program.serve(listener));
      boundSockets(1).getFirst().close(); // the JDK keeps a socket for this
      program.atRest = openSockets();
      program.prepare(listener);
      for (int i = 0; i < ROUNDS; i++) {
        program.round(listener);
      }
    }
    System.out.println("shortages=" + program.shortages);
    System.out.println("cpuPercent=" + 100 * program.cpuNanos / program.wallNanos);
    System.out.println("dialled=" + program.dialled);
    System.out.println("served=" + program.served);
  }

  private void serve(TcpListener listener) throws IOException {
    try {
      while (true) {
        Conn conn = listener.accept();
        Weft.go(() -> answer(conn));
      }
    } catch (ClosedChannelException e) {
      // the end of the program
    }
  }

  private void answer(Conn conn) throws IOException {
    try (conn) {
      conn.read(new byte[1]);
      served.incrementAndGet();
      conn.write(new byte[] {2});
    }
  }

  private void round(TcpListener listener) throws Exception {
    eventually("the last round's descriptors are back", () -> openSockets() == atRest);
    List<Socket> sockets = boundSockets(DIALS);
    List<Closeable> hoard = takeAllDescriptors();
    for (Socket socket : sockets) {
      ask(socket, listener);
    }
    int before = served.get();
    long cpu = SYSTEM.getProcessCpuTime();
    long began = System.nanoTime();
    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS); // the cost of this time is what is measured
    cpuNanos += SYSTEM.getProcessCpuTime() - cpu;
    wallNanos += System.nanoTime() - began;
    if (served.get() == before) {
      shortages++;
    }
    sayFailure("dial", () -> Net.dial("tcp", "127.0.0.1:" + listener.localAddress().getPort()));
    sayFailure("listen", () -> Net.listenTcp("tcp", ":0"));
    for (Closeable one : hoard) {
      one.close();
    }
    for (Socket socket : sockets) {
      expectAnswer(socket);
    }
  }

  /** Sockets that have their descriptor already. */
  private static List<Socket> boundSockets(int count) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket();
      socket.bind(null);
      sockets.add(socket);
    }
    return sockets;
  }

  private static List<Closeable> takeAllDescriptors() {
    List<Closeable> hoard = new ArrayList<>();
    try {
      while (true) {
        hoard.add(Files.newInputStream(Path.of("/dev/null")));
      }
    } catch (IOException full) {
      return hoard;
    }
  }

  private void ask(Socket socket, TcpListener listener) throws IOException {
    socket.connect(listener.localAddress());
    socket.getOutputStream().write(1);
    dialled++;
  }

  private static void expectAnswer(Socket socket) throws IOException {
    if (socket.getInputStream().read() != 2) {
      throw new AssertionError("a connection was lost in the shortage");
    }
    socket.close();
  }

  private static long openSockets() throws IOException {
    long sockets = 0;
    try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path one : all) {
        try {
          if (Files.readSymbolicLink(one).toString().startsWith("socket:")) {
            sockets++;
          }
        } catch (NoSuchFileException e) {
          continue; // closed meanwhile
        }
      }
    }
    return sockets;
  }

  private static void sayFailure(String name, Callable<?> call) throws Exception {
    try {
      System.out.println(name + " did not fail: " + call.call());
    } catch (IOException e) {
      System.out.println(name + ": " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private void prepare(TcpListener listener) throws Exception {
    loadClasses();
    for (Socket socket : boundSockets(DIALS)) {
      ask(socket, listener);
      expectAnswer(socket);
    }
    System.getLogger("dev.weft.net").log(Level.INFO, "ready");
  }

  /**
   * Loads all classes of Weft. Classes are single files here, and one that is first needed in the
   * shortage could not be read. An application's are in jars, which are open already.
   */
  static void loadClasses() throws Exception {
    Path root = Path.of(Weft.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (var files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString();
        if (name.endsWith(".class") && !name.endsWith("-info.class")) {
          Class.forName(
              name.substring(0, name.length() - ".class".length()).replace('/', '.'),
              false,
              Weft.class.getClassLoader());
        }
      }
    }
  }
}
