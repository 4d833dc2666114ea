package dev.weft.net.tls;

import dev.weft.internal.tls.TicketKey;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The keys with which servers encrypt session tickets, to be shared by processes that serve the
 * same names, so that a session which one of them made is resumed by any ({@link
 * TlsConfig.Builder#ticketKeyFile}). Immutable.
 *
 * <p>The current key encrypts. Tickets are decrypted with the next and the previous one too: a
 * process that has not yet read the rotated file decrypts tickets of one that has, and the other
 * way round. A ticket can be decrypted until the second rotation after it was issued.
 *
 * <p>An attacker with these keys can decrypt recorded TLS 1.2 sessions and impersonate the server
 * to clients that resume: rotate them, daily for example, and protect their file as a private key.
 */
public final class TicketKeys {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TicketKey current;
  private final TicketKey next;
  private final TicketKey previous;

  TicketKeys(TicketKey current, TicketKey next, TicketKey previous) {
    this.current = current;
    this.next = next;
    this.previous = previous;
  }

  /** Generates new keys; no earlier ticket can be decrypted with them. */
  public static TicketKeys generate() {
    return new TicketKeys(generateKey(), generateKey(), generateKey());
  }

  private static TicketKey generateKey() {
    return new TicketKey(randomPart(), randomPart(), randomPart());
  }

  private static byte[] randomPart() {
    byte[] part = new byte[TicketKey.PART];
    RANDOM.nextBytes(part);
    return part;
  }

  /** Returns keys in which the next key is current, the current one previous, and next is new. */
  public TicketKeys rotate() {
    return new TicketKeys(next, generateKey(), current);
  }

  TicketKey current() {
    return current;
  }

  TicketKey next() {
    return next;
  }

  TicketKey previous() {
    return previous;
  }

  /** The names of the keys, which are not secret, and when each is used. */
  @Override
  public String toString() {
    return "current " + name(current) + ", next " + name(next) + ", previous " + name(previous);
  }

  private static String name(TicketKey key) {
    return HexFormat.of().formatHex(key.name());
  }
}
