package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
