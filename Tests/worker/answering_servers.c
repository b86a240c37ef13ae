/*
 * usage: answering_servers PORT
 *
 * Stands for thousands of PostgreSQL servers, for scripts/bench-probes: at PORT of every address of this
 * host it answers as a server does that knows no such role, at those of 127.98.0.0/16 only a while after it was
 * connected to, and at those of 127.99.0.0/16 it accepts the connection and never says a word.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX 256
#define PENDING_MAX 8192
#define LATE_MS 800
#define LATE_MAX 1024

/* An ErrorResponse of the protocol 3.0: FATAL, 28000. */
static const char refusal[] = "E\0\0\0\036SFATAL\0VFATAL\0C28000\0Mno\0";

/* The connections that are served only once their time has come, the oldest first. */
static struct
{
    int connection;
    int64_t due_ms;
} late[LATE_MAX];
static int late_first;
static int late_count;

static int64_t
now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t) time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The second part of the address that was connected to: it tells how this server behaves. */
static int
manner_of(int connection)
{
    struct sockaddr_in own;
    socklen_t length = sizeof(own);

    if (getsockname(connection, (struct sockaddr *) &own, &length) != 0)
        return -1;
    return (ntohl(own.sin_addr.s_addr) >> 16) & 0xff;
}

static void
watch(int events, int socket, uint32_t kinds)
{
    struct epoll_event event = {.events = kinds, .data.fd = socket};

    if (epoll_ctl(events, EPOLL_CTL_ADD, socket, &event) != 0)
        close(socket);
}

static void
accept_all(int events, int listener)
{
    int connection;

    while ((connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
    {
        int manner = manner_of(connection);

        if (manner != 98)
            watch(events, connection, manner == 99 ? EPOLLRDHUP : EPOLLIN);
        else if (late_count == LATE_MAX)
            close(connection);
        else
        {
            int slot = (late_first + late_count++) % LATE_MAX;

            late[slot].connection = connection;
            late[slot].due_ms = now_ms() + LATE_MS;
        }
    }
}

/* Serves those from now on whose time has come; returns after how long the next one's comes, -1 for none. */
static int
let_late_ones_in(int events)
{
    while (late_count > 0 && late[late_first].due_ms <= now_ms())
    {
        watch(events, late[late_first].connection, EPOLLIN);
        late_first = (late_first + 1) % LATE_MAX;
        late_count--;
    }
    return late_count > 0 ? (int) (late[late_first].due_ms - now_ms()) + 1 : -1;
}

/* A request for encryption is of eight bytes, and declined; what follows is a start, and refused. */
static void
serve(int connection)
{
    char request[1024];
    ssize_t length = recv(connection, request, sizeof(request), 0);

    if (length <= 0)
        close(connection);
    else if (length == 8)
        (void) send(connection, "N", 1, MSG_NOSIGNAL);
    else
        (void) send(connection, refusal, sizeof(refusal), MSG_NOSIGNAL);
}

static int
listen_at(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t) port)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int yes = 1;

    if (listener < 0 ||
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
        bind(listener, (struct sockaddr *) &address, sizeof(address)) != 0 ||
        listen(listener, PENDING_MAX) != 0)
    {
        fprintf(stderr, "answering_servers: port %d: %s\n", port, strerror(errno));
        exit(1);
    }
    return listener;
}

int
main(int argc, char **argv)
{
    int listener = listen_at(argc == 2 ? atoi(argv[1]) : 0);
    int events = epoll_create1(0);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    {
        limit.rlim_cur = limit.rlim_max;
        (void) setrlimit(RLIMIT_NOFILE, &limit);
    }
    watch(events, listener, EPOLLIN);
    for (;;)
    {
        struct epoll_event ready[EVENTS_MAX];
        int count = epoll_wait(events, ready, EVENTS_MAX, let_late_ones_in(events));

        for (int index = 0; index < count; index++)
        {
            if (ready[index].data.fd == listener)
                accept_all(events, listener);
            else if (ready[index].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
                close(ready[index].data.fd);
            else
                serve(ready[index].data.fd);
        }
    }
}
