/*
 * The monitor's time, which nobody sets.
 */
#ifndef PGAUTOFAILOVER_STEADY_CLOCK_H
#define PGAUTOFAILOVER_STEADY_CLOCK_H

/* Remembers what time it is; in the postmaster, whose processes all inherit the answer. */
extern void begin_steady_clock(void);

#endif
