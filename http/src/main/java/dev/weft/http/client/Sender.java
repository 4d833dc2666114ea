package dev.weft.http.client;

import dev.weft.context.Context;
import java.io.IOException;

/** Sends requests, as {@link HttpClient#send(Context, ClientRequest)} does. */
@FunctionalInterface
public interface Sender {
  /**
   * Sends a request, follows its redirects, and waits for the head of the last response.
   *
   * @param context the work that the call belongs to; new connections are made with it as the
   *     {@linkplain Context#current current} one
   * @throws IOException as {@link HttpClient} says
   */
  ClientResponse send(Context context, ClientRequest request) throws IOException;
}
