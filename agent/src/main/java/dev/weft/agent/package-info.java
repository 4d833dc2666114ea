/** Starts the agent and hides its classes from the application's class loaders. */
@NullMarked
package dev.weft.agent;

import org.jspecify.annotations.NullMarked;
