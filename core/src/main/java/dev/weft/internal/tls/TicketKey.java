package dev.weft.internal.tls;

/**
 * A key of session tickets (RFC 5077, section 4). The arrays are not copied, and not written to.
 */
public final class TicketKey {
  /** The length of each part, in bytes. */
  public static final int PART = 16;

  private final byte[] name;
  private final byte[] hmac;
  private final byte[] aes;

  /**
   * @param name what a ticket says about its key; {@link #PART} bytes, as each of the others
   * @param hmac authenticates tickets
   * @param aes encrypts them
   */
  public TicketKey(byte[] name, byte[] hmac, byte[] aes) {
    this.name = name;
    this.hmac = hmac;
    this.aes = aes;
  }

  public byte[] name() {
    return name;
  }

  public byte[] hmac() {
    return hmac;
  }

  public byte[] aes() {
    return aes;
  }
}
