package dev.weft.http.forms;

import dev.weft.http.HttpException;
import dev.weft.http.Parameters;
import dev.weft.http.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the bodies that browsers send for forms.
 *
 * <pre>{@code
 * Parameters form = Forms.read(request);                  // without files
 *
 * Multipart parts = Forms.multipart(request);             // with files, one after the other
 * for (Part part; (part = parts.next()) != null; ) {
 *   if (part.fileName() != null) {
 *     Files.copy(part.body(), folder.resolve(newName()));
 *   }
 * }
 * }</pre>
 */
public final class Forms {
  /** Bytes of a form without files. */
  private static final int MAX_FORM = 1 << 20;

  private Forms() {}

  /**
   * Reads a form of at most 1 MiB, of either type; of multipart forms the parts that are no files.
   *
   * @throws HttpException 415 when the body is of another type, 413 when it is longer, 400 when it
   *     is malformed
   */
  public static Parameters read(Request request) throws IOException {
    String type = request.header("Content-Type");
    if (type != null && FieldParameters.isOf(type, "multipart/form-data")) {
      return readParts(multipart(request));
    }
    if (type == null || !FieldParameters.isOf(type, "application/x-www-form-urlencoded")) {
      throw new HttpException(415, "a form is expected");
    }
    byte[] body = request.body().readNBytes(MAX_FORM + 1);
    if (body.length > MAX_FORM) {
      throw tooLong();
    }
    return Parameters.parse(new String(body, StandardCharsets.UTF_8));
  }

  private static HttpException tooLong() {
    return new HttpException(413, "a form of more than " + MAX_FORM + " bytes");
  }

  private static Parameters readParts(Multipart parts) throws IOException {
    Parameters.Builder form = Parameters.builder();
    int left = MAX_FORM;
    for (Part part; (part = parts.next()) != null; ) {
      if (part.fileName() == null) {
        String text = part.readText(left);
        left -= text.length() + part.name().length();
        if (left < 0) {
          throw tooLong();
        }
        form.add(part.name(), text);
      }
    }
    return form.build();
  }

  /** The parts of a {@code multipart/form-data} body, with the usual limits. */
  public static Multipart multipart(Request request) throws IOException {
    return multipart(request, MultipartLimits.DEFAULT);
  }

  /**
   * The parts of a {@code multipart/form-data} body (RFC 7578).
   *
   * @throws HttpException 415 when the body is of another type, 400 when its type has no boundary
   */
  public static Multipart multipart(Request request, MultipartLimits limits) throws IOException {
    String type = request.header("Content-Type");
    if (type == null || !FieldParameters.isOf(type, "multipart/form-data")) {
      throw new HttpException(415, "a multipart form is expected");
    }
    String boundary = FieldParameters.get(type, "boundary");
    if (boundary == null || boundary.isEmpty() || boundary.length() > Multipart.MAX_BOUNDARY) {
      throw new HttpException(400, "a multipart form without a boundary of 1 to 70 characters");
    }
    return new Multipart(request.body(), boundary, limits);
  }
}
