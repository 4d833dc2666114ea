package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Net;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. */
final class DashboardBrowserTest {
  private static final String ROW =
      "[...document.querySelectorAll('tr.group')].find(row => row.innerText.includes('in-browser'))";

  // The browser's processes may still write while they end.
  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  private static void waitForNothing(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  @Test
  void figuresFollowTheProgramAndAClickOnAGroupShowsItsStackAndMembers() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    List<Thread> waiting = new ArrayList<>();
    try (Debug debug = Debug.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Browser browser = Browser.open(Http.url(debug.address(), "/"), folder)) {
      browser.await("document.body?.dataset.samples >= 1");
      assertThat(browser.evaluate(ROW)).isEqualTo("undefined");
      for (int i = 0; i < 25; i++) {
        waiting.add(
            Weft.go(
                "member " + i,
                () -> {
                  Weft.label("in-browser");
                  waitForNothing(channel);
                }));
      }
      browser.await(ROW + "?.cells[0].innerText === '25'");
      browser.await("document.querySelectorAll('.chart canvas').length >= 7");
      browser.evaluate(ROW + ".click()");
      browser.await("document.querySelector('tr.detail') != null");
      assertThat(browser.evaluate("document.querySelector('tr.detail').innerText"))
          .contains("DashboardBrowserTest.waitForNothing", "25 members", "member 7");
    } finally {
      channel.close();
      for (Thread each : waiting) {
        each.join();
      }
    }
  }

  private static final String IS_LIVE =
      "document.getElementById('connection')?.innerText === 'live'";

  @Test
  void itGoesOnWhenTheServerIsBackAlsoAfterAnAnswerOfAProxy() throws Exception {
    try (Debug first = Debug.serve("127.0.0.1:0");
        Browser browser = Browser.open(Http.url(first.address(), "/"), folder)) {
      browser.await("document.body?.dataset.samples >= 1");
      assertThat(browser.evaluate(IS_LIVE)).isEqualTo("true");
      SocketAddress address = first.address();
      first.close();
      browser.await("document.getElementById('connection').innerText === 'no answer'");
      CountDownLatch answered = new CountDownLatch(1);
      try (HttpServer proxy =
          HttpServer.builder()
              .handler((_, response) -> {
                answered.countDown();
                response.status(502).send("nothing behind");
              })
              .build()) {
        proxy.serve(Net.listen(address));
        assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
      }
      try (Debug _ = Debug.serve(address)) {
        String shown = browser.evaluate("document.body.dataset.samples");
        browser.await(IS_LIVE);
        browser.await("document.body.dataset.samples > " + shown);
      }
    }
  }

  @Test
  void ratesBeginAnewWithAProcessThatWasStartedAgain() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0");
        Browser browser = Browser.open(Http.url(debug.address(), "/"), folder)) {
      browser.await("document.body?.dataset.samples >= 2");
      String again =
          "(accept({...before, time: before.time + 1000, process: {...before.process%s}}),"
              + " /[0-9]\\/s/.test(document.getElementById('tiles').innerText))";
      assertThat(browser.evaluate(again.formatted(""))).isEqualTo("true");
      assertThat(browser.evaluate(again.formatted(", started: 1"))).isEqualTo("false");
    }
  }
}
