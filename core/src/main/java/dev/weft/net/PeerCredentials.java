package dev.weft.net;

/**
 * The process at the other end of a Unix connection.
 *
 * @param pid its process number; 0 when it is in a PID namespace that this process cannot see
 * @param uid the number of its effective user
 * @param gid the number of its effective group
 */
public record PeerCredentials(int pid, int uid, int gid) {}
