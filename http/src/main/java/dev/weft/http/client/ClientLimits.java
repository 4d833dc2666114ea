package dev.weft.http.client;

import dev.weft.internal.settings.Require;

/**
 * Size limits of responses. A response beyond a limit makes its call fail, and its connection is
 * closed.
 *
 * @param head bytes of a head, and of a trailer section
 * @param fields header fields
 * @param valuesPerName header fields of the same name
 * @param informational responses of 1xx before the final one
 * @param inMemory bytes of a body that is read as a whole ({@link ClientResponse#bytes()}, {@link
 *     ClientResponse#text()}), decompressed
 * @param expansion how many bytes a byte of a compressed body may become, beyond a first MiB. A
 *     file of zeros reaches 1,000; text seldom 20
 */
public record ClientLimits(
    int head, int fields, int valuesPerName, int informational, int inMemory, int expansion) {
  /** 64 KiB of head, 200 fields, 64 of a name, 64 MiB in memory, an expansion of 200. */
  public static final ClientLimits DEFAULT = new ClientLimits(64 << 10, 200, 64, 16, 64 << 20, 200);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is too small for any response
   */
  public ClientLimits {
    Require.atLeast("head", head, 64);
    Require.atLeast("fields", fields, 1);
    Require.atLeast("valuesPerName", valuesPerName, 1);
    Require.atLeast("informational", informational, 0);
    Require.atLeast("inMemory", inMemory, 0);
    Require.atLeast("expansion", expansion, 1);
  }

  /** A copy with another {@link #head}. */
  public ClientLimits withHead(int bytes) {
    return new ClientLimits(bytes, fields, valuesPerName, informational, inMemory, expansion);
  }

  /** A copy with another {@link #fields}. */
  public ClientLimits withFields(int count) {
    return new ClientLimits(head, count, valuesPerName, informational, inMemory, expansion);
  }

  /** A copy with another {@link #valuesPerName}. */
  public ClientLimits withValuesPerName(int count) {
    return new ClientLimits(head, fields, count, informational, inMemory, expansion);
  }

  /** A copy with another {@link #informational}. */
  public ClientLimits withInformational(int count) {
    return new ClientLimits(head, fields, valuesPerName, count, inMemory, expansion);
  }

  /** A copy with another {@link #inMemory}. */
  public ClientLimits withInMemory(int bytes) {
    return new ClientLimits(head, fields, valuesPerName, informational, bytes, expansion);
  }

  /** A copy with another {@link #expansion}. */
  public ClientLimits withExpansion(int factor) {
    return new ClientLimits(head, fields, valuesPerName, informational, inMemory, factor);
  }
}
