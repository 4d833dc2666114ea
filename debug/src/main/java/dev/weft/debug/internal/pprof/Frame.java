package dev.weft.debug.internal.pprof;

/**
 * One frame of a stack.
 *
 * @param function class and method
 * @param file the source file; empty when it is not known
 * @param line the line; 0 when it is not known
 */
public record Frame(String function, String file, int line) {
  public static Frame of(StackTraceElement element) {
    String file = element.getFileName();
    return new Frame(
        element.getClassName() + "." + element.getMethodName(),
        file == null ? "" : file,
        Math.max(0, element.getLineNumber()));
  }

  /** Returns the frame as Go's profiles have it in text. */
  public String text() {
    return file.isEmpty() ? function : function + "\t" + file + ":" + line;
  }
}
