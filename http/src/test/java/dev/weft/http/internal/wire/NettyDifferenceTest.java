package dev.weft.http.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.FramingCases;
import dev.weft.http.FramingCases.Case;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The parser beside Netty's. What is accepted here either is refused by Netty or is the same
 * request there: the two never take the same bytes for different requests. Netty accepts more,
 * which is not held against it.
 */
class NettyDifferenceTest {
  private static final HeadLimits LIMITS = new HeadLimits(8192, 32768, 100, 32);
  private static final int MUTANTS_A_CASE = 60;
  private static final String STRUCTURE = "\r\n:;, \t0123aAxX\0\u000b\u007f-+\"chunked";

  @Test
  void acceptedRequestsAreTheSameThere() throws Exception {
    int compared = 0;
    for (Case each : FramingCases.all().toList()) {
      compared += compare(each.request() + FramingCases.NEXT);
    }
    assertThat(compared).isGreaterThan(100);
  }

  @Test
  void soAreThoseOfMutants() throws Exception {
    Random random = new Random(7);
    int compared = 0;
    for (Case each : FramingCases.all().toList()) {
      for (int i = 0; i < MUTANTS_A_CASE; i++) {
        compared += compare(mutant(each.request(), random) + FramingCases.NEXT);
      }
    }
    assertThat(compared).isGreaterThan(1000);
  }

  private static String mutant(String request, Random random) {
    StringBuilder text = new StringBuilder(request);
    for (int i = 1 + random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
      int at = random.nextInt(text.length());
      char c = STRUCTURE.charAt(random.nextInt(STRUCTURE.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, c);
        case 2 -> text.setCharAt(at, c);
        default -> {
          int end = Math.min(text.length(), at + 1 + random.nextInt(20));
          text.insert(at, text.substring(at, end)); // repeats a part
        }
      }
    }
    return text.toString();
  }

  /** Returns how many requests both have taken. */
  private static int compare(String bytes) throws IOException {
    List<String> ours = ours(bytes.getBytes(ISO_8859_1));
    List<String> theirs = theirs(bytes.getBytes(ISO_8859_1));
    int both = Math.min(ours.size(), theirs.size());
    assertThat(theirs.subList(0, both)).as("%s", bytes).isEqualTo(ours.subList(0, both));
    return both;
  }

  private static List<String> ours(byte[] bytes) throws IOException {
    List<String> requests = new ArrayList<>();
    InputBuffer in = new InputBuffer(bytes.length + 1);
    in.attach(new ByteArrayInputStream(bytes)::read);
    RequestParser parser = new RequestParser(LIMITS);
    BodyReader body = new BodyReader(in, LIMITS);
    in.fill();
    try {
      while (parser.parse(in.bytes(), in.position(), in.limit())) {
        RequestHead head = parser.head();
        String line = head.method() + " " + head.target(new StringCache());
        in.skip(parser.length());
        body.begin(head, Long.MAX_VALUE);
        StringBuilder content = new StringBuilder();
        byte[] buffer = new byte[1024];
        for (int n; (n = body.read(buffer, 0, buffer.length)) >= 0; ) {
          content.append(new String(buffer, 0, n, ISO_8859_1));
        }
        requests.add(line + " <" + content + ">");
        parser.reset();
      }
    } catch (MalformedException | EOFException e) {
      // no more that can be understood
    }
    return requests;
  }

  private static List<String> theirs(byte[] bytes) {
    List<String> requests = new ArrayList<>();
    EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(bytes));
      String line = "";
      StringBuilder content = new StringBuilder();
      for (HttpObject part; (part = channel.readInbound()) != null; ) {
        if (part.decoderResult().isFailure()) {
          break;
        }
        if (part instanceof HttpMessage) {
          HttpRequest request = (HttpRequest) part;
          line = request.method() + " " + request.uri();
          content.setLength(0);
        }
        if (part instanceof HttpContent of) {
          content.append(of.content().toString(ISO_8859_1));
          of.release();
        }
        if (part instanceof LastHttpContent) {
          requests.add(line + " <" + content + ">");
        }
      }
      return requests;
    } finally {
      channel.finishAndReleaseAll();
    }
  }
}
