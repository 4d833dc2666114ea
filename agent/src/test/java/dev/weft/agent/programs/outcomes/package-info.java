/**
 * A program that prints the outcome of each of the JDK's operations on virtual threads. Without the
 * agent and with it the lines are the same.
 */
package dev.weft.agent.programs.outcomes;
