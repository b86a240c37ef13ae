/*
 * The health worker's loop.
 */
#ifndef PGAUTOFAILOVER_HEALTH_WORKER_H
#define PGAUTOFAILOVER_HEALTH_WORKER_H

/* Checks the nodes that the connected database lists until the process is ended; never returns. */
extern void serve_health_checks(void);

#endif
