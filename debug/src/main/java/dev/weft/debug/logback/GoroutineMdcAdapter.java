package dev.weft.debug.logback;

import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;

/** The program's MDC, with the fields of the calling goroutine added. */
final class GoroutineMdcAdapter implements MDCAdapter {
  private final MDCAdapter own;

  GoroutineMdcAdapter(MDCAdapter own) {
    this.own = own;
  }

  @Override
  public Map<String, String> getCopyOfContextMap() {
    Map<String, String> all = new HashMap<>();
    LogFields.addTo(all);
    Map<String, String> mine = own.getCopyOfContextMap();
    if (mine != null) {
      all.putAll(mine);
    }
    return all;
  }

  @Override
  public @Nullable String get(String key) {
    return own.get(key);
  }

  @Override
  public void put(String key, @Nullable String value) {
    own.put(key, value);
  }

  @Override
  public void remove(String key) {
    own.remove(key);
  }

  @Override
  public void clear() {
    own.clear();
  }

  @Override
  public void setContextMap(Map<String, String> values) {
    own.setContextMap(values);
  }

  @Override
  public void pushByKey(String key, @Nullable String value) {
    own.pushByKey(key, value);
  }

  @Override
  public @Nullable String popByKey(String key) {
    return own.popByKey(key);
  }

  @Override
  public @Nullable Deque<String> getCopyOfDequeByKey(String key) {
    return own.getCopyOfDequeByKey(key);
  }

  @Override
  public void clearDequeByKey(String key) {
    own.clearDequeByKey(key);
  }
}
