// load PORT CLIENTS SECONDS BYTES PID: asks a UDP echo server on 127.0.0.1, one datagram under way per client, each answer checked.
// Prints datagrams a second, the CPU time of process PID per datagram (user and kernel together, in us), round-trip times in us, and
// how many had to be asked for again after 200 ms.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#define LOST_NS 200000000ull
#define BUCKETS 2000000 // of 1 us

struct client {
    int fd;
    uint64_t asked, number;
};

static char question[65536], answer[65536];
static int size;
static uint32_t times[BUCKETS];

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static double cpu(int pid) {
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t)) return 0;
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void ask(struct client *c, uint64_t at) {
    c->asked = at;
    c->number++;
    memcpy(question, &c->number, sizeof c->number);
    if (send(c->fd, question, size, 0) != size) perror("send");
}

static uint64_t percentile(uint64_t total, double p) {
    uint64_t seen = 0;
    for (int i = 0; i < BUCKETS; i++)
        if ((seen += times[i]) >= total * p) return i;
    return BUCKETS;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: load PORT CLIENTS SECONDS BYTES PID\n");
        return 2;
    }
    int count = atoi(argv[2]), pid = atoi(argv[5]), poller = epoll_create1(0);
    uint64_t span = strtoull(argv[3], 0, 10) * 1000000000ull;
    size = atoi(argv[4]);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct client *clients = calloc(count, sizeof *clients);
    if (size < 8 || size > 65507) return 2;
    for (int i = 8; i < size; i++) question[i] = i * 7;
    for (int i = 0; i < count; i++) {
        struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
        clients[i].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        if (connect(clients[i].fd, (void *)&to, sizeof to) || epoll_ctl(poller, EPOLL_CTL_ADD, clients[i].fd, &e)) {
            perror("connect");
            return 1;
        }
    }
    uint64_t answered = 0, lost = 0, wrong = 0, began = now(), looked = began;
    double cpu0 = cpu(pid);
    for (int i = 0; i < count; i++) ask(&clients[i], now());
    while (1) {
        struct epoll_event events[256];
        int n = epoll_wait(poller, events, 256, 50);
        uint64_t t = now();
        if (t - began >= span) break;
        for (int k = 0; k < n; k++) {
            struct client *c = &clients[events[k].data.u32];
            ssize_t r;
            while ((r = recv(c->fd, answer, sizeof answer, 0)) >= 0) {
                uint64_t number;
                memcpy(&number, answer, sizeof number);
                if (number != c->number) continue; // late: it was asked for again
                t = now();
                if (r != size || memcmp(answer + 8, question + 8, size - 8)) wrong++;
                uint64_t us = (t - c->asked) / 1000;
                times[us < BUCKETS ? us : BUCKETS - 1]++;
                answered++;
                ask(c, t);
            }
        }
        if (t - looked > LOST_NS) {
            looked = t;
            for (int i = 0; i < count; i++)
                if (t - clients[i].asked > LOST_NS) {
                    lost++;
                    ask(&clients[i], t);
                }
        }
    }
    double took = (now() - began) / 1e9;
    printf("dps=%.0f cpu_us=%.2f p50=%lu p99=%lu p999=%lu lost=%lu wrong=%lu\n", answered / took,
           answered ? (cpu(pid) - cpu0) * 1e6 / answered : 0, percentile(answered, .5), percentile(answered, .99),
           percentile(answered, .999), lost, wrong);
    return 0;
}
