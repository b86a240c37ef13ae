/*
 * How the health worker comes to life: its registration, and its wait for the database.
 */
#ifndef PGAUTOFAILOVER_WORKER_START_H
#define PGAUTOFAILOVER_WORKER_START_H

/* Registers the worker with the postmaster; only while preload libraries are loaded. */
extern void register_health_worker(void);

/* Obeys reload, termination and the server's own requests; to be called on every wake-up. */
extern void worker_handle_interrupts(void);

#endif
