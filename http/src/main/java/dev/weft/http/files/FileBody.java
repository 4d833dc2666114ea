package dev.weft.http.files;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.http.Response;
import dev.weft.io.FileHandle;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Sends parts of a file as the body of a response. */
final class FileBody {
  private final FileHandle file;
  private final Response response;
  private final boolean headOnly;

  FileBody(FileHandle file, Response response, boolean headOnly) {
    this.file = file;
    this.response = response;
    this.headOnly = headOnly;
  }

  /** Sends one part, or everything. */
  void send(ByteRange range) throws IOException {
    response.contentLength(range.length());
    if (!headOnly) {
      copy(range);
    }
  }

  /** Sends one part as it is, and several as {@code multipart/byteranges} (RFC 9110, 14.6). */
  void sendParts(List<ByteRange> ranges, long size) throws IOException {
    if (ranges.size() == 1) {
      ByteRange range = ranges.getFirst();
      response.header("Content-Range", range.contentRange(size));
      send(range);
      return;
    }
    String boundary = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    String type = response.headers().get("Content-Type");
    byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(US_ASCII);
    byte[][] heads = new byte[ranges.size()][];
    long total = end.length;
    for (int i = 0; i < heads.length; i++) {
      heads[i] =
          ("\r\n--"
                  + boundary
                  + "\r\nContent-Type: "
                  + type
                  + "\r\nContent-Range: "
                  + ranges.get(i).contentRange(size)
                  + "\r\n\r\n")
              .getBytes(US_ASCII);
      total += heads[i].length + ranges.get(i).length();
    }
    response.type("multipart/byteranges; boundary=" + boundary).contentLength(total);
    for (int i = 0; i < heads.length; i++) {
      response.write(heads[i]);
      copy(ranges.get(i));
    }
    response.write(end);
  }

  private void copy(ByteRange range) throws IOException {
    response.write(file, range.from(), range.length());
  }
}
