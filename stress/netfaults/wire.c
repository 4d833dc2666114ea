// wire NETNS NETNS FIFO ANSWERS: a link between two network namespaces that delays, loses and reorders packets, as tc netem does where the
// kernel has it. Makes the device wire0 in each, and ends with either. Each line of FIFO replaces all settings; a
// byte in ANSWERS, another FIFO, says that they hold:
//   DELAY_MS LOSS_PERCENT REORDER_PERCENT    loss 100: a black hole; reordered packets pass without the delay
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 65536, QUEUED = 4096 };

struct packet {
  int64_t due;
  int length;
  char *bytes;
};

// Packets to one side, in the order in which they are due: the delay is the same for all of them.
struct direction {
  int from, to;
  struct packet queue[QUEUED];
  unsigned head, tail;
};

static struct direction directions[2];
static int64_t delay_ns;
static int loss, reorder;

static int must(int result, const char *what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int tun(const char *netns) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", netns);
  int ns = must(open(path, O_RDONLY | O_CLOEXEC), path);
  must(setns(ns, CLONE_NEWNET), "setns");
  close(ns);
  int fd = must(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), "/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strcpy(request.ifr_name, "wire0");
  must(ioctl(fd, TUNSETIFF, &request), "TUNSETIFF");
  return fd;
}

static int happens(int percent) { return rand() % 100 < percent; }

static void deliver(struct direction *d, const char *bytes, int length) {
  if (write(d->to, bytes, length) < 0) { // The device is down, or its queue is full: the packet is lost.
  }
}

static void take(struct direction *d) {
  static char bytes[LONGEST];
  int length;
  while ((length = read(d->from, bytes, sizeof bytes)) > 0) {
    if (happens(loss)) continue;
    if (delay_ns == 0 || happens(reorder)) {
      deliver(d, bytes, length);
    } else if (d->tail - d->head < QUEUED) {
      struct packet *p = &d->queue[d->tail++ % QUEUED];
      p->due = now() + delay_ns;
      p->length = length;
      p->bytes = malloc(length);
      memcpy(p->bytes, bytes, length);
    }
  }
}

// Delivers what is due; returns when the next packet is, or -1.
static int64_t deliver_due(struct direction *d) {
  while (d->head != d->tail) {
    struct packet *p = &d->queue[d->head % QUEUED];
    if (p->due > now()) return p->due;
    deliver(d, p->bytes, p->length);
    free(p->bytes);
    d->head++;
  }
  return -1;
}

static void configure(int fifo, int answers) {
  char line[256];
  int n = read(fifo, line, sizeof line - 1), ms, l, r;
  if (n <= 0) return;
  line[n] = 0;
  if (sscanf(line, "%d %d %d", &ms, &l, &r) == 3) {
    delay_ns = ms * 1000000LL;
    loss = l;
    reorder = r;
  }
  must(write(answers, "", 1), "answer");
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  srand(1);
  int fifo = must(open(argv[3], O_RDWR | O_NONBLOCK | O_CLOEXEC), argv[3]);
  int answers = must(open(argv[4], O_RDWR | O_NONBLOCK | O_CLOEXEC), argv[4]);
  int a = tun(argv[1]), b = tun(argv[2]);
  directions[0].from = directions[1].to = a;
  directions[0].to = directions[1].from = b;
  struct pollfd fds[] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}, {.fd = fifo, .events = POLLIN}};
  while (1) {
    int64_t next = -1;
    for (int i = 0; i < 2; i++) {
      int64_t due = deliver_due(&directions[i]);
      if (due >= 0 && (next < 0 || due < next)) next = due;
    }
    int64_t left = next < 0 ? 0 : next - now();
    struct timespec timeout = {left > 0 ? left / 1000000000 : 0, left > 0 ? left % 1000000000 : 0};
    must(ppoll(fds, 3, next < 0 ? NULL : &timeout, NULL), "ppoll");
    if (fds[2].revents) configure(fifo, answers);
    for (int i = 0; i < 2; i++) take(&directions[i]);
  }
}
