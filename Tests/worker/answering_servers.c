/*
 * usage: answering_servers PORT
 *
 * Stands for thousands of PostgreSQL servers, for scripts/bench-probes: at PORT of every address of this
 * host it answers as a server does that knows no such role, and at those of 127.99.0.0/16 it accepts the
 * connection and never says a word.
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
#include <unistd.h>

#define EVENTS_MAX 256
#define PENDING_MAX 8192

/* An ErrorResponse of the protocol 3.0: FATAL, 28000. */
static const char refusal[] = "E\0\0\0\036SFATAL\0VFATAL\0C28000\0Mno\0";

static bool
is_silent(int connection)
{
    struct sockaddr_in own;
    socklen_t length = sizeof(own);

    return getsockname(connection, (struct sockaddr *) &own, &length) == 0 &&
        (ntohl(own.sin_addr.s_addr) >> 16) == ((127 << 8) | 99);
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
        watch(events, connection, is_silent(connection) ? EPOLLRDHUP : EPOLLIN);
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
        int count = epoll_wait(events, ready, EVENTS_MAX, -1);

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
