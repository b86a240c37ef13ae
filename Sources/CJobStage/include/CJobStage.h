#pragma once
#include <stdbool.h>

/*
 * Swift's concurrency on one thread, in order.
 *
 * Between enter and leave, every job that this thread gives to Swift's global executor is kept in a
 * queue of this thread's own, first in, first out, instead of being handed to a pool of threads. Other
 * threads are left alone.
 */
void job_stage_enter(void);
void job_stage_leave(void);

/* Runs the oldest job of this thread's queue; false when there is none. */
bool job_stage_run_next(void);
