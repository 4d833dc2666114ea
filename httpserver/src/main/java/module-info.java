/**
 * Runs unchanged programs written for {@code com.sun.net.httpserver} on Weft, if this module is
 * present.
 */
module dev.weft.httpserver {
  requires static org.jspecify;
  requires dev.weft;
  requires dev.weft.http;
  requires transitive jdk.httpserver;

  exports dev.weft.httpserver;

  provides com.sun.net.httpserver.spi.HttpServerProvider with
      dev.weft.httpserver.WeftHttpServerProvider;
}
