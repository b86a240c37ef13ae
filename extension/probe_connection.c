/*
 * The connection of one attempt of a health check: libpq, without ever blocking.
 */
#include "postgres.h"

#include <sys/socket.h>

#include "storage/fd.h"

#include "probe_connection.h"
#include "probe_failure.h"

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

/* Counts the socket of an attempt, if one more is left over for the wait that follows. */
static bool
reserve_socket(void)
{
    bool one = AcquireExternalFD();
    bool another = one && AcquireExternalFD();

    if (one)
        ReleaseExternalFD();
    return another;
}

ProbeEvent
probe_connection_open(ProbeConnection *probe, const char *host, const char *address, int port)
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

    if (!reserve_socket())
        return PROBE_UNABLE;
    probe->connection = PQconnectStartParams(keywords, values, 0);
    if (probe->connection == NULL)
    {
        ReleaseExternalFD();
        return PROBE_UNABLE;
    }
    (void) PQsetErrorVerbosity(probe->connection, PQERRORS_SQLSTATE);
    (void) PQsetNoticeReceiver(probe->connection, ignore_notice, NULL);

    if (PQstatus(probe->connection) == CONNECTION_BAD)
        return probe_failure_event(PQerrorMessage(probe->connection), false);
    return PROBE_PROGRESS;
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
            return PROBE_PROGRESS;
        case PGRES_POLLING_WRITING:
            probe->wants_write = true;
            return PROBE_PROGRESS;
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
    ReleaseExternalFD();
}
