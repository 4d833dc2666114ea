package dev.weft.net;

/** A crowd in a process of its own: comes, talks twice, waits for the word, and leaves. */
final class CrowdProgram {
  private CrowdProgram() {}

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    try (Conn control = Net.dial("tcp", args[2])) {
      Crowd crowd = Crowd.connect(args[0], count);
      crowd.talk();
      control.write(new byte[] {1});
      Bytes.readFully(control, 1);
      crowd.talk();
      crowd.leave();
    }
    System.out.println("served=" + count);
  }
}
