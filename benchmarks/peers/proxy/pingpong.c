// pingpong echo PORT | pingpong messages PORT CONNECTIONS COUNT | pingpong connects PORT CONNECTIONS COUNT: an echo server, and
// clients that exchange COUNT messages of 64 bytes in all over so many connections at once, or with a new connection for each.
// The clients print how many seconds it took.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, EVENTS = 256, MAX_DESCRIPTORS = 65536 };

static char buffer[64 * 1024];
static int got[MAX_DESCRIPTORS]; // bytes of the message that have come back, by descriptor

static int must(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static struct sockaddr_in at(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static void watch(int queue, int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  must(epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void echo(int port) {
  int listener = must(socket(AF_INET, SOCK_STREAM, 0), "socket"), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in a = at(port);
  must(bind(listener, (struct sockaddr *)&a, sizeof a), "bind");
  must(listen(listener, 4096), "listen");
  int queue = must(epoll_create1(0), "epoll_create1");
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS];
  must(epoll_ctl(queue, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
  for (;;) {
    int n = epoll_wait(queue, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        int conn = accept(listener, NULL, NULL);
        if (conn >= 0) watch(queue, conn);
      } else {
        long bytes = read(fd, buffer, sizeof buffer);
        if (bytes <= 0 || write(fd, buffer, bytes) != bytes) close(fd);
      }
    }
  }
}

static int begin(int queue, int port) {
  int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
  struct sockaddr_in a = at(port);
  must(connect(fd, (struct sockaddr *)&a, sizeof a), "connect");
  watch(queue, fd);
  got[fd] = 0;
  must(write(fd, buffer, MESSAGE), "write");
  return fd;
}

static void clients(int port, int connections, long count, int anew) {
  int queue = must(epoll_create1(0), "epoll_create1");
  struct epoll_event events[EVENTS];
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  long begun = 0, done = 0;
  while (begun < connections && begun < count) {
    begin(queue, port);
    begun++;
  }
  while (done < count) {
    int n = epoll_wait(queue, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      long bytes = read(fd, buffer, MESSAGE - got[fd]);
      if (bytes <= 0) {
        fprintf(stderr, "the connection ended: %s\n", bytes < 0 ? strerror(errno) : "end of stream");
        exit(1);
      }
      got[fd] += bytes;
      if (got[fd] < MESSAGE) continue;
      done++;
      int more = begun < count;
      if (anew || !more) close(fd);
      if (!more) continue;
      begun++;
      if (anew) {
        begin(queue, port);
      } else {
        got[fd] = 0;
        must(write(fd, buffer, MESSAGE), "write");
      }
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("%.6f\n", to.tv_sec - from.tv_sec + (to.tv_nsec - from.tv_nsec) / 1e9);
}

int main(int n, char **words) {
  signal(SIGPIPE, SIG_IGN);
  if (n == 3 && !strcmp(words[1], "echo")) {
    echo(atoi(words[2]));
  } else if (n == 5 && !strcmp(words[1], "messages")) {
    clients(atoi(words[2]), atoi(words[3]), atol(words[4]), 0);
  } else if (n == 5 && !strcmp(words[1], "connects")) {
    clients(atoi(words[2]), atoi(words[3]), atol(words[4]), 1);
  } else {
    fprintf(stderr, "pingpong echo PORT | messages PORT CONNECTIONS COUNT | connects PORT CONNECTIONS COUNT\n");
    return 2;
  }
}
