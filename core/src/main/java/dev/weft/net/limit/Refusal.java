package dev.weft.net.limit;

/** Why a connection was refused. */
public enum Refusal {
  /** {@link Limits#maxConnections} was reached, and the time to wait for a place was over. */
  FULL,
  /** {@link Limits#maxPerPeer} connections of the same peer were open. */
  PEER,
  /** Goroutines waited longer to run than {@link Limits#shedAbove} allows. */
  LOAD
}
