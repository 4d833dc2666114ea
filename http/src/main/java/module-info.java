/** HTTP/1.1 for Weft: a server whose handlers are plain blocking code, and a client. */
module dev.weft.http {
  requires static org.jspecify;
  requires transitive dev.weft;

  exports dev.weft.http;
  exports dev.weft.http.client;
  exports dev.weft.http.files;
  exports dev.weft.http.forms;
  exports dev.weft.http.proxy;
  exports dev.weft.http.server;
  exports dev.weft.http.testing;
  exports dev.weft.http.websocket;
}
