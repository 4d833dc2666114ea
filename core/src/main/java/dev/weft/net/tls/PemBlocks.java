package dev.weft.net.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the blocks of a PEM file (RFC 7468); text between them is skipped. */
final class PemBlocks {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private PemBlocks() {}

  /** A block: its label, and its content in DER. */
  static final class Block {
    private final String label;
    private final byte[] content;

    private Block(String label, byte[] content) {
      this.label = label;
      this.content = content;
    }

    String label() {
      return label;
    }

    byte[] content() {
      return content;
    }
  }

  static List<Block> read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file", e);
    }
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      String label = matcher.group(1);
      if (matcher.group(2).contains("Proc-Type:")) {
        throw new IOException(
            file
                + ": the key is encrypted in OpenSSL's old format; convert it: openssl pkcs8 -topk8 -in "
                + file);
      }
      try {
        blocks.add(new Block(label, Base64.getMimeDecoder().decode(matcher.group(2))));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ": the block " + label + " is not base64", e);
      }
    }
    if (blocks.isEmpty()) {
      throw new IOException(file + ": no PEM block (-----BEGIN ...-----) in it");
    }
    return blocks;
  }
}
