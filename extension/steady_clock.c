/*
 * The monitor's time: the wall clock's when the server started, and what has passed since. Who sets the
 * wall clock, forward or back, makes nobody's report older or newer. It counts while the machine sleeps.
 */
#include "postgres.h"

#include <time.h>

#include "fmgr.h"
#include "utils/timestamp.h"

#include "steady_clock.h"

PGDLLEXPORT PG_FUNCTION_INFO_V1(pgautofailover_steady_clock);

/* The wall clock's time at the moment that steady_now() calls zero. */
static TimestampTz zero;

static int64
steady_now(void)
{
    struct timespec time;

    (void) clock_gettime(CLOCK_BOOTTIME, &time);
    return (int64) time.tv_sec * USECS_PER_SEC + time.tv_nsec / 1000;
}

void
begin_steady_clock(void)
{
    zero = GetCurrentTimestamp() - steady_now();
}

Datum
pgautofailover_steady_clock(PG_FUNCTION_ARGS)
{
    PG_RETURN_TIMESTAMPTZ(zero + steady_now());
}
