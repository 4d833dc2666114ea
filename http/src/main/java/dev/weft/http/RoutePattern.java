package dev.weft.http;

import dev.weft.http.internal.wire.PercentEncoding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The path of a route, split at its slashes: literal segments, parameters, and optionally a
 * wildcard at the end that matches the rest.
 */
final class RoutePattern {
  /** The relation of two patterns by the paths they match. */
  enum Relation {
    DISJOINT,
    EQUAL,
    MORE_SPECIFIC,
    LESS_SPECIFIC,
    /** Some paths match both, some only the one, and some only the other. */
    CROSSING
  }

  /**
   * One segment.
   *
   * @param literal the text with its percent-encoding decoded, or null for a parameter
   * @param name the parameter's name, or null
   */
  record Segment(@Nullable String literal, @Nullable String name) {}

  private final String text;
  private final List<Segment> segments = new ArrayList<>();
  private final @Nullable String wildcard;

  private RoutePattern(String text) {
    this.text = text;
    if (!text.startsWith("/")) {
      throw wrong("does not begin with a slash");
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      throw wrong("has a query or a fragment, which are no part of a path");
    }
    Set<String> names = new HashSet<>();
    String rest = null;
    for (String part : text.substring(1).split("/", -1)) {
      if (rest != null) {
        throw wrong("has something behind its wildcard");
      }
      if (!part.startsWith("{")) {
        segments.add(new Segment(literal(part), null));
        continue;
      }
      if (part.indexOf('}') != part.length() - 1) {
        throw wrong("has a segment that is a parameter only in part");
      }
      String name = part.substring(1, part.length() - 1);
      boolean isRest = name.endsWith("...");
      name = isRest ? name.substring(0, name.length() - 3) : name;
      if (!isIdentifier(name)) {
        throw wrong("has a parameter whose name \"" + name + "\" is not an identifier");
      }
      if (!names.add(name)) {
        throw wrong("has two parameters of the name " + name);
      }
      if (isRest) {
        rest = name;
      } else {
        segments.add(new Segment(null, name));
      }
    }
    wildcard = rest;
  }

  private static boolean isIdentifier(String name) {
    return !name.isEmpty()
        && Character.isJavaIdentifierStart(name.charAt(0))
        && name.chars().allMatch(Character::isJavaIdentifierPart);
  }

  private String literal(String part) {
    if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0) {
      throw wrong("has a brace within a segment");
    }
    String literal = PercentEncoding.decode(part, 0, part.length(), false);
    if (literal.equals(".") || literal.equals("..")) {
      throw wrong("has a dot segment, with which requests are refused");
    }
    return literal;
  }

  static RoutePattern parse(String text) {
    return new RoutePattern(text);
  }

  private IllegalArgumentException wrong(String how) {
    return new IllegalArgumentException("the route \"" + text + "\" " + how);
  }

  List<Segment> segments() {
    return segments;
  }

  /** The name of the wildcard at the end, or null. */
  @Nullable String wildcard() {
    return wildcard;
  }

  boolean isLiteral() {
    return wildcard == null && segments.stream().allMatch(segment -> segment.literal != null);
  }

  /** Compares the paths that match this pattern with those that match the other. */
  Relation compare(RoutePattern other) {
    boolean narrower = false;
    boolean wider = false;
    int common = Math.min(segments.size(), other.segments.size());
    for (int i = 0; i < common; i++) {
      String mine = segments.get(i).literal;
      String its = other.segments.get(i).literal;
      if (mine != null && its != null && !mine.equals(its)) {
        return Relation.DISJOINT;
      }
      narrower |= mine != null && its == null;
      wider |= mine == null && its != null;
    }
    if (segments.size() == other.segments.size()) {
      if ((wildcard == null) != (other.wildcard == null)) {
        return Relation.DISJOINT; // a wildcard matches at least one segment, which may be empty
      }
    } else if ((segments.size() > common ? other : this).wildcard == null) {
      return Relation.DISJOINT;
    }
    narrower |= segments.size() > common;
    wider |= other.segments.size() > common;
    if (narrower && wider) {
      return Relation.CROSSING;
    }
    if (narrower) {
      return Relation.MORE_SPECIFIC;
    }
    return wider ? Relation.LESS_SPECIFIC : Relation.EQUAL;
  }

  @Override
  public String toString() {
    return text;
  }
}
