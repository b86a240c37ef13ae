/*
 * The settings that the health worker reads. The others are read by SQL alone.
 */
#ifndef PGAUTOFAILOVER_H
#define PGAUTOFAILOVER_H

#include <stdbool.h>

extern int health_check_period_ms;
extern int health_check_timeout_ms;
extern int health_check_max_retries;
extern int health_check_retry_delay_ms;
extern bool health_checks_enabled;

/* The name of the database that the worker serves. */
extern char *monitor_database;

#endif
