package consumer.httpserver;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A program for the JDK's server, which says whether it has Weft's. */
public final class Main {
  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    System.out.println(server.getClass().getName().startsWith("dev.weft.") ? "ok" : "not Weft's");
    server.stop(0);
  }
}
