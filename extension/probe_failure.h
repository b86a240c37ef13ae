/*
 * What a failed connection attempt says about the server. Needs no header of the server.
 */
#ifndef PGAUTOFAILOVER_PROBE_FAILURE_H
#define PGAUTOFAILOVER_PROBE_FAILURE_H

#include <stdbool.h>

#include "health_probe.h"

/*
 * Judges a failure by libpq's message, made with PQERRORS_SQLSTATE, and by whether the server had
 * sent anything once it knew who asks.
 */
extern ProbeEvent probe_failure_event(const char *message, bool server_spoke);

#endif
