/*
 * The connection of one attempt of a health check: libpq, without ever blocking.
 */
#include "postgres.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "storage/fd.h"

#include "probe_connection.h"
#include "probe_failure.h"

/* More sockets than this are never needed at once. */
#define SOCKETS_MAX 100000

/* Files that libraries may open beside the server's file access: certificates, the name service. */
#define SPARE_FILES 64

static int sockets = -1;    /* an epoll instance with the sockets of all attempts */
static int own_sockets;     /* how many of ours are open */
static int own_sockets_max; /* how many may be */

/* What a server has to say to its clients is no news for the monitor's log. */
static void
ignore_notice(void *argument, const PGresult *notice)
{
    (void) argument;
    (void) notice;
}

/* Once the server knows who asks, its first byte shows that it talks to us. */
static bool
has_spoken(PGconn *connection)
{
    char byte;

    return PQstatus(connection) == CONNECTION_AWAITING_RESPONSE &&
        recv(PQsocket(connection), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* Counts the socket of an attempt; returns whether there may be one more. */
static bool
reserve_socket(ProbeConnection *probe)
{
    probe->is_own_socket = own_sockets < own_sockets_max;
    if (probe->is_own_socket)
        own_sockets++;
    return probe->is_own_socket || AcquireExternalFD();
}

static void
release_socket(const ProbeConnection *probe)
{
    if (probe->is_own_socket)
        own_sockets--;
    else
        ReleaseExternalFD();
}

/* Waits for the socket as libpq wants it now. A new attempt, and libpq at times, opens another one. */
static ProbeEvent
wait_for_socket(ProbeConnection *probe)
{
    struct epoll_event event = {
        .events = probe->wants_write ? EPOLLOUT : EPOLLIN,
        .data.ptr = probe,
    };
    int socket = PQsocket(probe->connection);

    if (epoll_ctl(sockets, EPOLL_CTL_MOD, socket, &event) == 0 ||
        (errno == ENOENT && epoll_ctl(sockets, EPOLL_CTL_ADD, socket, &event) == 0))
        return PROBE_PROGRESS;
    return PROBE_UNABLE;
}

int
probe_connections_prepare(void)
{
    struct rlimit limit;

    sockets = epoll_create1(EPOLL_CLOEXEC);
    if (sockets < 0)
        ereport(ERROR, (errmsg("the health worker cannot wait for sockets: %m")));

    /* What the system lets this process open beyond what the server's file access may use is ours. */
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    {
        limit.rlim_cur = limit.rlim_max;
        (void) setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        own_sockets_max = (int) Min(limit.rlim_cur, SOCKETS_MAX) - max_safe_fds - SPARE_FILES;
    return sockets;
}

int
probe_connections_ready(ProbeConnection *ready[PROBES_READY_MAX])
{
    struct epoll_event events[PROBES_READY_MAX];
    int count = epoll_wait(sockets, events, PROBES_READY_MAX, 0);

    for (int index = 0; index < count; index++)
        ready[index] = events[index].data.ptr;
    return Max(count, 0);
}

ProbeEvent
probe_connection_open(ProbeConnection *probe, const char *host, const char *address, int port,
                      void *owner)
{
    char port_text[12];
    const char *const keywords[] = {
        "host", "hostaddr", "port", "user", "dbname", "application_name",
        "gssencmode", "target_session_attrs", NULL};
    const char *const values[] = {
        host, address, port_text, "pgautofailover_monitor", "postgres",
        "pgautofailover health check", "disable", "any", NULL};

    snprintf(port_text, sizeof(port_text), "%d", port);
    probe->server_spoke = false;
    probe->wants_write = true;
    probe->owner = owner;

    if (!reserve_socket(probe))
        return PROBE_UNABLE;
    probe->connection = PQconnectStartParams(keywords, values, 0);
    if (probe->connection == NULL)
    {
        release_socket(probe);
        return PROBE_UNABLE;
    }
    (void) PQsetErrorVerbosity(probe->connection, PQERRORS_SQLSTATE);
    (void) PQsetNoticeReceiver(probe->connection, ignore_notice, NULL);

    if (PQstatus(probe->connection) == CONNECTION_BAD)
        return probe_failure_event(PQerrorMessage(probe->connection), false);
    return wait_for_socket(probe);
}

ProbeEvent
probe_connection_step(ProbeConnection *probe)
{
    PGconn *connection = probe->connection;

    probe->server_spoke = probe->server_spoke || has_spoken(connection);

    switch (PQconnectPoll(connection))
    {
        case PGRES_POLLING_OK:
            return PROBE_ANSWERED;
        case PGRES_POLLING_READING:
            probe->wants_write = false;
            return wait_for_socket(probe);
        case PGRES_POLLING_WRITING:
            probe->wants_write = true;
            return wait_for_socket(probe);
        case PGRES_POLLING_FAILED:
        default:
            if (PQconnectionNeedsPassword(connection))
                return PROBE_ANSWERED;
            return probe_failure_event(PQerrorMessage(connection), probe->server_spoke);
    }
}

void
probe_connection_close(ProbeConnection *probe)
{
    if (probe->connection == NULL)
        return;
    PQfinish(probe->connection);
    probe->connection = NULL;
    release_socket(probe);
}
