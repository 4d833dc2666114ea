package dev.weft.http.internal.wire;

import java.util.Arrays;

/**
 * The fields of one head or trailer section, as positions in the bytes they were received in. They
 * become strings only on request, and are valid only as long as the bytes are unchanged.
 */
public final class FieldTable {
  private static final int INITIAL_FIELDS = 16;

  /** Four positions a field, relative to {@link #base}: the name's and the value's bounds. */
  private static final int STRIDE = 4;

  private byte[] bytes = {};
  private int base;
  private int[] bounds = new int[STRIDE * INITIAL_FIELDS];
  private int size;

  void clear() {
    size = 0;
  }

  void add(int nameFrom, int nameTo, int valueFrom, int valueTo) {
    int at = STRIDE * size;
    if (at == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * at);
    }
    bounds[at] = nameFrom;
    bounds[at + 1] = nameTo;
    bounds[at + 2] = valueFrom;
    bounds[at + 3] = valueTo;
    size++;
  }

  /** Sets the bytes that the positions refer to, and the base that they count from. */
  public void locate(byte[] newBytes, int newBase) {
    bytes = newBytes;
    base = newBase;
  }

  public int size() {
    return size;
  }

  public String name(int index) {
    int at = STRIDE * index;
    return Ascii.text(bytes, base + bounds[at], base + bounds[at + 1]);
  }

  public String value(int index) {
    int at = STRIDE * index;
    return Ascii.text(bytes, base + bounds[at + 2], base + bounds[at + 3]);
  }

  /** Reports whether the field has this name, whatever the case. */
  public boolean isNamed(int index, String name) {
    int at = STRIDE * index;
    return Ascii.equalsIgnoreCase(bytes, base + bounds[at], base + bounds[at + 1], name);
  }

  /** The number of fields with the name that lies between the positions, whatever the case. */
  int count(byte[] inBytes, int inBase, int nameFrom, int nameTo) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      int from = bounds[STRIDE * i];
      if (bounds[STRIDE * i + 1] - from == nameTo - nameFrom) {
        int k = 0;
        while (k < nameTo - nameFrom
            && Ascii.lower(inBytes[inBase + from + k])
                == Ascii.lower(inBytes[inBase + nameFrom + k])) {
          k++;
        }
        if (k == nameTo - nameFrom) {
          count++;
        }
      }
    }
    return count;
  }
}
