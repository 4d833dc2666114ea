// bulk sink PORT | bulk source PORT BYTES | bulk splice PORT TARGET: the two ends of a bulk copy over
// loopback TCP, and a proxy that splices. The sink and the proxy serve one connection after another.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sockaddr_in at(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static int must(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static int dial(int port) {
  int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  struct sockaddr_in a = at(port);
  must(connect(fd, (struct sockaddr *)&a, sizeof a), "connect");
  return fd;
}

static int listening(int port) {
  int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket"), on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in a = at(port);
  must(bind(fd, (struct sockaddr *)&a, sizeof a), "bind");
  must(listen(fd, 16), "listen");
  return fd;
}

static char buffer[256 * 1024];

static void sink(int fd) {
  while (read(fd, buffer, sizeof buffer) > 0) {
  }
}

static void splices(int from, int target) {
  int to = dial(target), ends[2];
  must(pipe(ends), "pipe");
  fcntl(ends[1], F_SETPIPE_SZ, 512 * 1024);
  long n;
  while ((n = splice(from, NULL, ends[1], NULL, 1024 * 1024, SPLICE_F_MOVE)) > 0) {
    while (n > 0) {
      n -= must(splice(ends[0], NULL, to, NULL, n, SPLICE_F_MOVE), "splice");
    }
  }
  close(ends[0]);
  close(ends[1]);
  close(to);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  signal(SIGPIPE, SIG_IGN);
  int port = atoi(argv[2]);
  if (!strcmp(argv[1], "source")) {
    int fd = dial(port);
    for (long left = atol(argv[3]); left > 0;) {
      left -= must(write(fd, buffer, left < (long)sizeof buffer ? left : (long)sizeof buffer), "write");
    }
    shutdown(fd, SHUT_WR);
    return read(fd, buffer, 1) != 0; // The end comes back when everything has arrived.
  }
  for (int listener = listening(port);;) {
    int fd = must(accept(listener, NULL, NULL), "accept");
    if (argc > 3) {
      splices(fd, atoi(argv[3]));
    } else {
      sink(fd);
    }
    close(fd);
  }
}
