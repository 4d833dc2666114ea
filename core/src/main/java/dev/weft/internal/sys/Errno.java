package dev.weft.internal.sys;

import java.util.Map;

/**
 * The error numbers that Weft handles, and the texts of all that a user may see.
 *
 * <p>The values are Linux's asm-generic ones, which x86-64 and aarch64 share. The calls bound by
 * {@link Libc} return them negated, as the kernel does, so that a failure costs neither an
 * allocation nor a stack trace until a caller throws it.
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ETXTBSY = 26;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int ESPIPE = 29;
  public static final int EROFS = 30;
  public static final int EPIPE = 32;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int EPROTO = 71;
  public static final int ETIME = 62;
  public static final int ENOTSOCK = 88;
  public static final int EDESTADDRREQ = 89;
  public static final int EMSGSIZE = 90;
  public static final int ENOPROTOOPT = 92;
  public static final int EOPNOTSUPP = 95;
  public static final int EAFNOSUPPORT = 97;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ENETDOWN = 100;
  public static final int ENETUNREACH = 101;
  public static final int ECONNABORTED = 103;
  public static final int ECONNRESET = 104;
  public static final int ENOBUFS = 105;
  public static final int EISCONN = 106;
  public static final int ENOTCONN = 107;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;
  public static final int EHOSTDOWN = 112;
  public static final int EHOSTUNREACH = 113;
  public static final int EALREADY = 114;
  public static final int EINPROGRESS = 115;
  public static final int ECANCELED = 125;
  public static final int EDQUOT = 122;

  private static final Map<Integer, String> TEXT =
      Map.ofEntries(
          Map.entry(EPERM, "operation not permitted"),
          Map.entry(ENOENT, "no such file or directory"),
          Map.entry(EINTR, "interrupted system call"),
          Map.entry(EIO, "input/output error"),
          Map.entry(ENXIO, "no such device or address"),
          Map.entry(EBADF, "bad file descriptor"),
          Map.entry(EAGAIN, "resource temporarily unavailable"),
          Map.entry(ENOMEM, "cannot allocate memory"),
          Map.entry(EACCES, "permission denied"),
          Map.entry(EFAULT, "bad address"),
          Map.entry(EBUSY, "device or resource busy"),
          Map.entry(EEXIST, "file exists"),
          Map.entry(ENODEV, "no such device"),
          Map.entry(ENOTDIR, "not a directory"),
          Map.entry(EISDIR, "is a directory"),
          Map.entry(EINVAL, "invalid argument"),
          Map.entry(ENFILE, "too many open files in system"),
          Map.entry(EMFILE, "too many open files"),
          Map.entry(ETXTBSY, "text file busy"),
          Map.entry(EFBIG, "file too large"),
          Map.entry(ENOSPC, "no space left on device"),
          Map.entry(ESPIPE, "illegal seek"),
          Map.entry(EROFS, "read-only file system"),
          Map.entry(EPIPE, "broken pipe"),
          Map.entry(ENAMETOOLONG, "file name too long"),
          Map.entry(ENOSYS, "function not implemented"),
          Map.entry(ELOOP, "too many levels of symbolic links"),
          Map.entry(EPROTO, "protocol error"),
          Map.entry(EOPNOTSUPP, "operation not supported"),
          Map.entry(ECANCELED, "operation cancelled"),
          Map.entry(ENOTSOCK, "not a socket"),
          Map.entry(EDESTADDRREQ, "destination address required"),
          Map.entry(EMSGSIZE, "message too long"),
          Map.entry(ENOPROTOOPT, "protocol not available"),
          Map.entry(EAFNOSUPPORT, "address family not supported"),
          Map.entry(EADDRINUSE, "address already in use"),
          Map.entry(EADDRNOTAVAIL, "cannot assign requested address"),
          Map.entry(ENETDOWN, "network is down"),
          Map.entry(ENETUNREACH, "network is unreachable"),
          Map.entry(ECONNABORTED, "connection aborted"),
          Map.entry(ECONNRESET, "connection reset by peer"),
          Map.entry(ENOBUFS, "no buffer space available"),
          Map.entry(EISCONN, "already connected"),
          Map.entry(ENOTCONN, "not connected"),
          Map.entry(ETIMEDOUT, "connection timed out"),
          Map.entry(ECONNREFUSED, "connection refused"),
          Map.entry(EHOSTDOWN, "host is down"),
          Map.entry(EHOSTUNREACH, "no route to host"),
          Map.entry(EALREADY, "operation already in progress"),
          Map.entry(EINPROGRESS, "operation now in progress"),
          Map.entry(EDQUOT, "disk quota exceeded"));

  private Errno() {}

  /** The text of an error number, as strerror(3) has it ("connection reset by peer"). */
  public static String text(int errno) {
    return TEXT.getOrDefault(errno, "error " + errno);
  }
}
