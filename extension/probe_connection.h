/*
 * The connection of one attempt of a health check: libpq, without ever blocking.
 */
#ifndef PGAUTOFAILOVER_PROBE_CONNECTION_H
#define PGAUTOFAILOVER_PROBE_CONNECTION_H

#include "postgres.h"

#include "libpq-fe.h"

#include "health_probe.h"

typedef struct ProbeConnection
{
    PGconn *connection; /* NULL: no attempt is open */
    bool wants_write;   /* which readiness of the socket to wait for */
    bool server_spoke;  /* the server has sent something since it was told who asks */
} ProbeConnection;

/* Starts an attempt at that numeric address; host is its name, for messages and certificates. */
extern ProbeEvent probe_connection_open(ProbeConnection *probe, const char *host,
                                        const char *address, int port);

/* Goes on with the attempt, once its socket is ready. */
extern ProbeEvent probe_connection_step(ProbeConnection *probe);

/* Ends the attempt, if one is open. */
extern void probe_connection_close(ProbeConnection *probe);

#endif
