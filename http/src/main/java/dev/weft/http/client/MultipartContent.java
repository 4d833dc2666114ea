package dev.weft.http.client;

import dev.weft.http.MediaTypes;
import dev.weft.http.internal.wire.Ascii;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A form with files, as a browser sends it: {@code multipart/form-data} (RFC 7578). It is streamed;
 * its length is known, and it can be sent again, if that holds for the content of each part.
 *
 * <pre>{@code
 * ClientRequest.post(uri, MultipartContent.builder()
 *     .field("title", "Holiday")
 *     .file("photo", Path.of("photo.jpg"))
 *     .build())
 * }</pre>
 */
public final class MultipartContent implements Content {
  private final String boundary;

  /** The contents of the parts, and what is before, between and behind them. */
  private final List<Content> pieces;

  private MultipartContent(String boundary, List<Content> pieces) {
    this.boundary = boundary;
    this.pieces = pieces;
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String mediaType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  @Override
  public long length() {
    long sum = 0;
    for (Content piece : pieces) {
      long length = piece.length();
      if (length < 0) {
        return UNKNOWN_LENGTH;
      }
      sum += length;
    }
    return sum;
  }

  @Override
  public boolean isRepeatable() {
    return pieces.stream().allMatch(Content::isRepeatable);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    for (Content piece : pieces) {
      piece.writeTo(out);
    }
  }

  /** Builds a form. Not safe for use by several threads. */
  public static final class Builder {
    /** Cannot be guessed, so that no content has it. */
    private final String boundary = "weft-" + UUID.randomUUID();

    private final List<Content> pieces = new ArrayList<>();

    private Builder() {}

    /** Adds a field with a value. */
    public Builder field(String name, String value) {
      return add("name=" + quoted(name), Content.of(value));
    }

    /**
     * Adds a file under its own name, with the media type of its ending.
     *
     * @throws IOException when the file does not exist, or its size cannot be read
     */
    public Builder file(String name, Path file) throws IOException {
      String fileName = Objects.requireNonNull(file.getFileName(), "file name").toString();
      return file(name, fileName, MediaTypes.of(fileName), Content.of(file));
    }

    /**
     * Adds a file.
     *
     * @throws IllegalArgumentException when the media type has characters that no field can have
     */
    public Builder file(String name, String fileName, String mediaType, Content content) {
      if (!Ascii.isValue(mediaType)) {
        throw new IllegalArgumentException("not a media type: \"" + mediaType + "\"");
      }
      String parameters = "name=" + quoted(name) + "; filename=" + quoted(fileName);
      return add(parameters + "\r\nContent-Type: " + mediaType, content);
    }

    private Builder add(String fields, Content content) {
      String head = "--" + boundary + "\r\nContent-Disposition: form-data; " + fields + "\r\n\r\n";
      pieces.add(Content.of(head));
      pieces.add(Objects.requireNonNull(content, "content"));
      pieces.add(Content.of("\r\n"));
      return this;
    }

    /** The name as browsers send it, which cannot end its line or its quotes. */
    private static String quoted(String name) {
      String text = name.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
      return '"' + text + '"';
    }

    public MultipartContent build() {
      List<Content> all = new ArrayList<>(pieces);
      all.add(Content.of("--" + boundary + "--\r\n"));
      return new MultipartContent(boundary, List.copyOf(all));
    }
  }
}
