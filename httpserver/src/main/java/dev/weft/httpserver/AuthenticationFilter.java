package dev.weft.httpserver;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Passes authenticated requests on, and answers the others. */
final class AuthenticationFilter extends Filter {
  private final Authenticator authenticator;

  AuthenticationFilter(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  @Override
  public String description() {
    return "Authentication filter";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    switch (authenticator.authenticate(exchange)) {
      case Authenticator.Success success -> {
        ((Authenticable) exchange).authenticated(success.getPrincipal());
        chain.doFilter(exchange);
      }
      case Authenticator.Retry retry -> exchange.sendResponseHeaders(retry.getResponseCode(), -1);
      case Authenticator.Failure failure ->
          exchange.sendResponseHeaders(failure.getResponseCode(), -1);
      default -> throw new IOException("a result of authentication that is none of the JDK's");
    }
  }
}
