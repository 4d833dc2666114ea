/** Long random campaigns against a whole runtime, which count what is left behind. */
@org.jspecify.annotations.NullMarked
package dev.weft.stress.soak;
