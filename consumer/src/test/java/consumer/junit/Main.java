package consumer.junit;

import dev.weft.Weft;
import dev.weft.junit.LeakCheck;

/** A test class that is not run by JUnit here: it shows that one compiles. */
@LeakCheck(seconds = 1)
public final class Main {
  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Weft.go(() -> System.out.println(Main.class.isAnnotationPresent(LeakCheck.class) ? "ok" : ""))
        .join();
  }
}
