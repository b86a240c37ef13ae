/*
 * A call from the health worker into the monitor's SQL that may fail without harm.
 */
#ifndef PGAUTOFAILOVER_MONITOR_CALL_H
#define PGAUTOFAILOVER_MONITOR_CALL_H

#include "postgres.h"

typedef struct MonitorCall
{
    const char *purpose; /* completes "the health worker could not …" */
    char problem[256];   /* how it failed the last time; empty when it went well */
} MonitorCall;

/* What runs in the transaction, connected to SPI and with a snapshot. */
typedef void (*MonitorCallBody)(void *argument);

/*
 * Runs the body in a transaction of its own and for a bounded time; returns whether it committed.
 * A failure is rolled back and reported as a warning, once for as long as it stays the same.
 */
extern bool monitor_call(MonitorCall *call, MonitorCallBody body, void *argument);

#endif
