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
    bool is_own_socket; /* counted among ours, not among those that the server's file access counts */
    void *owner;        /* whose attempt it is */
} ProbeConnection;

/*
 * Prepares this process for many attempts at once; call once. Returns a file descriptor that is
 * readable as long as some attempt can go on.
 */
extern int probe_connections_prepare(void);

/* How many attempts are told of at once; the others are told of the next time. */
#define PROBES_READY_MAX 64

/* Finds attempts that can go on; returns how many there are. One that is closed meanwhile has no connection. */
extern int probe_connections_ready(ProbeConnection *ready[PROBES_READY_MAX]);

/* Starts an attempt at that numeric address; host is its name, for messages and certificates. */
extern ProbeEvent probe_connection_open(ProbeConnection *probe, const char *host,
                                        const char *address, int port, void *owner);

/* Goes on with the attempt, once its socket is ready. */
extern ProbeEvent probe_connection_step(ProbeConnection *probe);

/* Ends the attempt, if one is open. */
extern void probe_connection_close(ProbeConnection *probe);

#endif
