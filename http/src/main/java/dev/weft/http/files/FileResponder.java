package dev.weft.http.files;

import dev.weft.http.AcceptEncoding;
import dev.weft.http.Request;
import dev.weft.http.Response;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Responds with an open file, according to the request's conditions and ranges. */
final class FileResponder {
  private static final String ENCODING = "Content-Encoding";

  private final @Nullable String cacheControl;

  FileResponder(@Nullable String cacheControl) {
    this.cacheControl = cacheControl;
  }

  void respond(Request request, Response response, ServedFile file) throws IOException {
    boolean compressed = false;
    if (file.varies()) {
      response.headers().add("Vary", "Accept-Encoding");
      compressed = AcceptEncoding.allows(request.headers(), "gzip");
      if (compressed) {
        response.header(ENCODING, "gzip");
      }
    }
    response.type(file.type());
    response.header("X-Content-Type-Options", "nosniff").header("Accept-Ranges", "bytes");
    if (cacheControl != null) {
      response.header("Cache-Control", cacheControl);
    }
    FileVariant variant = file.variant(compressed);
    response.header("ETag", variant.tag()).header("Last-Modified", variant.modifiedField());
    send(request, response, variant);
  }

  private static void send(Request request, Response response, FileVariant file)
      throws IOException {
    Preconditions conditions = new Preconditions(request.headers(), file.tag(), file.modified());
    int status = conditions.evaluate();
    if (status != 200) {
      response.headers().remove("Content-Type").remove(ENCODING);
      response.status(status).send();
      return;
    }
    String field = request.header("Range");
    List<ByteRange> ranges =
        field == null
                || !request.method().equals("GET")
                || file.size() == 0 // some clients ask for a range of every file
                || !conditions.rangeHolds()
            ? null
            : ByteRange.parse(field, file.size());
    FileBody body = new FileBody(file.file(), response, request.method().equals("HEAD"));
    if (ranges == null) {
      body.send(new ByteRange(0, file.size()));
    } else if (ranges.isEmpty()) {
      response.headers().remove("Content-Type").remove(ENCODING);
      response.status(416).header("Content-Range", "bytes */" + file.size()).send();
    } else {
      response.status(206);
      body.sendParts(ranges, file.size());
    }
  }
}
