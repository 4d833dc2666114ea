package dev.weft.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A request and its response, as every server presents them to {@link Pages}. */
interface Exchange {
  String path();

  InputStream body() throws IOException;

  /**
   * Begins a response with status 200.
   *
   * @param length bytes that will be written
   */
  OutputStream answer(long length) throws IOException;
}
