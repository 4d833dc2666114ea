/**
 * Weft: goroutines, channels, contexts and blocking sockets at event-loop speed.
 *
 * <p>To run goroutines on Weft's own scheduler, start the JVM with {@code --add-opens
 * java.base/java.lang=dev.weft} and {@code --enable-native-access=dev.weft} ({@code ALL-UNNAMED} on
 * the class path).
 */
@SuppressWarnings("module") // these modules are built later, and need not be there
module dev.weft {
  requires static org.jspecify;
  requires jdk.net;
  // BoringSSL, where the program brings it.
  requires static io.netty.buffer;
  requires static io.netty.common;
  requires static io.netty.handler;
  requires static io.netty.tcnative.classes.openssl;

  exports dev.weft;
  exports dev.weft.chan;
  exports dev.weft.context;
  exports dev.weft.io;
  exports dev.weft.net;
  exports dev.weft.net.fake;
  exports dev.weft.net.limit;
  exports dev.weft.net.pool;
  exports dev.weft.net.server;
  exports dev.weft.net.tls;
  exports dev.weft.net.socket;
  exports dev.weft.stats;
  exports dev.weft.task;

  // bench: its models without Weft make the same system calls by the same bindings. debug: the
  // kernel's figures of a connection.
  exports dev.weft.internal.sys to
      dev.weft.bench,
      dev.weft.debug;
  // Tools look at what is alive; servers tell them what they work at. Settings have one form.
  exports dev.weft.internal.inspect to
      dev.weft.debug,
      dev.weft.junit;
  exports dev.weft.internal.settings to
      dev.weft.http;
  // What consists of several parts is closed in one way.
  exports dev.weft.internal.closing to
      dev.weft.cli,
      dev.weft.debug,
      dev.weft.http;
  exports dev.weft.internal.track to
      dev.weft.debug,
      dev.weft.http,
      dev.weft.junit;
}
