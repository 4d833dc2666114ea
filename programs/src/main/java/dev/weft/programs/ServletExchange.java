package dev.weft.programs;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** An exchange of a servlet. */
record ServletExchange(HttpServletRequest request, HttpServletResponse response)
    implements Exchange {
  @Override
  public String path() {
    return request.getRequestURI();
  }

  @Override
  public InputStream body() throws IOException {
    return request.getInputStream();
  }

  @Override
  public OutputStream answer(long length) throws IOException {
    response.setContentLengthLong(length);
    return response.getOutputStream();
  }
}
