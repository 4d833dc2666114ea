import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** How long something took, in microseconds, to an eighth of each power of two. */
final class Times {
  private final LongAdder[] counts = new LongAdder[8 * 64];

  Times() {
    Arrays.setAll(counts, _ -> new LongAdder());
  }

  void add(long nanos) {
    long micros = nanos / 1000;
    counts[micros < 8 ? (int) micros : bucket(micros)].increment();
  }

  private static int bucket(long micros) {
    int power = 63 - Long.numberOfLeadingZeros(micros);
    return 8 * (power - 2) + (int) (micros >> (power - 3) & 7);
  }

  private static long lowest(int bucket) {
    return bucket < 8 ? bucket : (8L + bucket % 8) << (bucket / 8 - 1);
  }

  long count() {
    return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
  }

  long percentile(double part) {
    long left = (long) Math.ceil(part * count());
    for (int i = 0; i < counts.length; i++) {
      left -= counts[i].sum();
      if (left <= 0) {
        return lowest(i);
      }
    }
    return 0;
  }
}
