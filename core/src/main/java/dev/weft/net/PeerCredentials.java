package dev.weft.net;

/**
 * The process at the other end of a Unix connection.
 *
 * @param pid its process ID; 0 when it is in a PID namespace that this process cannot see
 * @param uid its effective user ID
 * @param gid its effective group ID
 */
public record PeerCredentials(int pid, int uid, int gid) {}
