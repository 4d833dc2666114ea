package dev.weft.http.client;

import dev.weft.http.internal.wire.BodyInputStream;

/** The body of a response, as its caller reads it. */
abstract sealed class ResponseStream extends BodyInputStream permits BodyStream, GunzipStream {
  /** Ends the exchange and frees what it holds; later reads fail. */
  @Override
  public abstract void close();
}
