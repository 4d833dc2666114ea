package dev.weft.http;

import dev.weft.http.internal.wire.Ascii;
import dev.weft.http.internal.wire.FieldTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Header or trailer fields in the order they were sent or added. Names are case-insensitive and
 * keep their case; a name may occur several times.
 *
 * <p>The fields of a received request are converted to strings on access, and are valid until its
 * handler returns; {@link #copy} makes a lasting copy. Names and values are checked when they are
 * set, so a value cannot end its field and begin another.
 *
 * <p>Not safe for use by several threads.
 */
public final class Headers {
  private static final int INITIAL_CAPACITY = 8;

  private @Nullable String[] names;
  private @Nullable String[] values;
  private int size;

  /**
   * The received fields, from which null entries are created on access; null without received
   * fields.
   */
  private @Nullable FieldTable received;

  /** Only entries below this index may be strings already. */
  private int touched;

  /** Creates an empty list of fields. */
  public Headers() {
    names = new String[INITIAL_CAPACITY];
    values = new String[INITIAL_CAPACITY];
  }

  /**
   * Replaces the content with the fields of a head or trailer section. For the server only: no
   * other module has the type of the parameter.
   *
   * @hidden
   */
  @SuppressWarnings({"exports", "InvalidBlockTag"}) // Error Prone does not know @hidden
  public void show(FieldTable table) {
    clear();
    received = table;
    size = table.size();
    reserve(size);
  }

  /** Removes all fields. */
  public void clear() {
    int used = received == null ? size : touched;
    for (int i = 0; i < used; i++) {
      names[i] = null;
      values[i] = null;
    }
    received = null;
    touched = 0;
    size = 0;
  }

  private void reserve(int capacity) {
    if (capacity > names.length) {
      int more = Math.max(capacity, 2 * names.length);
      names = Arrays.copyOf(names, more);
      values = Arrays.copyOf(values, more);
    }
  }

  // ---- Reading

  /** Returns the number of fields. */
  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** Returns the name of the field at {@code index}, from 0 on in the order of the message. */
  public String name(int index) {
    String name = names[index];
    if (name == null) {
      name = table(index).name(index);
      names[index] = name;
    }
    return name;
  }

  /** Returns the value of the field at {@code index}; bytes above 0x7F are decoded as Latin-1. */
  public String value(int index) {
    String value = values[index];
    if (value == null) {
      value = table(index).value(index);
      values[index] = value;
    }
    return value;
  }

  private FieldTable table(int index) {
    if (received == null || index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    touched = Math.max(touched, index + 1);
    return received;
  }

  private boolean isNamed(int index, String name) {
    String given = names[index];
    if (given == null && received != null) {
      return received.isNamed(index, name);
    }
    return given != null && Ascii.equalsIgnoreCase(given, name);
  }

  private int indexOf(String name, int from) {
    for (int i = from; i < size; i++) {
      if (isNamed(i, name)) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the value of the first field of this name, or null. */
  public @Nullable String get(String name) {
    int index = indexOf(name, 0);
    return index < 0 ? null : value(index);
  }

  /** Returns the values of all fields of this name, in order. */
  public List<String> all(String name) {
    List<String> found = new ArrayList<>();
    for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
      found.add(value(i));
    }
    return found;
  }

  public boolean contains(String name) {
    return indexOf(name, 0) >= 0;
  }

  /**
   * Reports whether a comma-separated list, such as Connection or Vary, has this element, ignoring
   * case; all fields of the name count as one list.
   */
  public boolean containsElement(String name, String element) {
    for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
      String value = value(i);
      for (int from = 0; from <= value.length(); ) {
        int comma = value.indexOf(',', from);
        int to = comma < 0 ? value.length() : comma;
        if (value.substring(from, to).strip().equalsIgnoreCase(element)) {
          return true;
        }
        from = to + 1;
      }
    }
    return false;
  }

  /** Calls the action with name and value of each field, in order. */
  public void forEach(BiConsumer<? super String, ? super String> action) {
    for (int i = 0; i < size; i++) {
      action.accept(name(i), value(i));
    }
  }

  /** Returns a copy of the fields that does not depend on the request. */
  public Headers copy() {
    Headers copy = new Headers();
    copy.reserve(size);
    for (int i = 0; i < size; i++) {
      copy.names[i] = name(i);
      copy.values[i] = value(i);
    }
    copy.size = size;
    return copy;
  }

  /**
   * Returns a map of names, in the case of their first occurrence, to values, in the order of the
   * message.
   */
  public Map<String, List<String>> toMap() {
    Map<String, List<String>> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      if (indexOf(name(i), 0) == i) {
        map.put(name(i), all(name(i)));
      }
    }
    return map;
  }

  // ---- Changing

  /**
   * Appends a field.
   *
   * @param value visible characters, spaces and tabs, up to U+00FF
   * @throws IllegalArgumentException when the name is not a token (RFC 9110, 5.6.2), or the value
   *     has other characters such as line ends
   */
  public Headers add(String name, String value) {
    check(name, value);
    own();
    append(name, value);
    return this;
  }

  /**
   * Sets the field to this value, at the place of the first field of its name, and removes further
   * ones.
   *
   * @throws IllegalArgumentException as {@link #add} does
   */
  public Headers set(String name, String value) {
    check(name, value);
    own();
    int index = indexOf(name, 0);
    if (index < 0) {
      append(name, value);
      return this;
    }
    names[index] = name;
    values[index] = value;
    removeFrom(index + 1, name);
    return this;
  }

  /** Removes all fields of this name. */
  public Headers remove(String name) {
    if (indexOf(name, 0) >= 0) {
      own();
      removeFrom(0, name);
    }
    return this;
  }

  private void append(String name, String value) {
    reserve(size + 1);
    names[size] = name;
    values[size] = value;
    size++;
  }

  private void removeFrom(int from, String name) {
    int kept = from;
    for (int i = from; i < size; i++) {
      if (!isNamed(i, name)) {
        names[kept] = names[i];
        values[kept] = values[i];
        kept++;
      }
    }
    for (int i = kept; i < size; i++) {
      names[i] = null;
      values[i] = null;
    }
    size = kept;
  }

  /** Converts all received fields to strings, because their indices are about to change. */
  private void own() {
    if (received != null) {
      for (int i = 0; i < size; i++) {
        name(i);
        value(i);
      }
      received = null;
    }
  }

  private static void check(String name, String value) {
    if (!Ascii.isToken(name)) {
      throw new IllegalArgumentException("not the name of a header field: \"" + name + "\"");
    }
    if (!Ascii.isValue(value)) {
      throw new IllegalArgumentException(
          "the value of " + name + " has a control character, or one above U+00FF");
    }
  }

  /** Returns the fields as they are sent, one per line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }
}
