/** What encrypts records: the contract of an engine, and the JDK's behind it. */
@NullMarked
package dev.weft.internal.tls;

import org.jspecify.annotations.NullMarked;
