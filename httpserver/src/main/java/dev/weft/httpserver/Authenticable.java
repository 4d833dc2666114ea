package dev.weft.httpserver;

import com.sun.net.httpserver.HttpPrincipal;

/** An exchange whose user an authenticator may name. */
interface Authenticable {
  void authenticated(HttpPrincipal who);
}
