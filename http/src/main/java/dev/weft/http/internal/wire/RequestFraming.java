package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/** The framing fields of a request, with Host and whether the client waits for 100 (Continue). */
final class RequestFraming extends FramingFields {
  private final RequestHead head;

  RequestFraming(RequestHead head) {
    super(head);
    this.head = head;
  }

  @Override
  void note(byte[] bytes, int name, FieldParser field) throws MalformedException {
    int nameTo = field.nameTo();
    switch (nameTo - name) {
      case 4 -> {
        if (Ascii.equalsIgnoreCase(bytes, name, nameTo, "Host")) {
          host(bytes, field.valueFrom(), field.valueTo());
        }
      }
      case 6 -> {
        if (Ascii.equalsIgnoreCase(bytes, name, nameTo, "Expect")) {
          expect(bytes, field.valueFrom(), field.valueTo());
        }
      }
      default -> super.note(bytes, name, field);
    }
  }

  private void host(byte[] bytes, int from, int to) throws MalformedException {
    if (head.host >= 0) {
      throw badRequest("more than one Host");
    }
    if (!HostValue.isValid(bytes, from, to)) {
      throw badRequest("an invalid Host");
    }
    head.host = head.fields().size() - 1;
  }

  private void expect(byte[] bytes, int from, int to) throws MalformedException {
    if (!Ascii.equalsIgnoreCase(bytes, from, to, "100-continue")) {
      throw new MalformedException(417, "an expectation other than 100-continue");
    }
    head.expectContinue = true;
  }

  @Override
  void check() throws MalformedException {
    super.check();
    if (head.minorVersion == 0) {
      head.expectContinue = false; // RFC 9110, 10.1.1
      head.upgrade = false; // RFC 9110, 7.8
    } else if (head.host < 0) {
      throw badRequest("no Host");
    }
  }
}
