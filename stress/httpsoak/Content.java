import java.util.Random;

/** The bytes of which all bodies are parts; the same in the server and in its clients. */
final class Content {
  static final byte[] BYTES = bytes();

  /** The length of the longest body. */
  static final int LONGEST = 200_000;

  private Content() {}

  private static byte[] bytes() {
    byte[] bytes = new byte[1 << 20];
    new Random(42).nextBytes(bytes);
    return bytes;
  }
}
