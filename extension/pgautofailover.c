/*
 * The library's entry: defines the settings of the monitor, begins its clock and registers the health worker.
 */
#include "postgres.h"

#include <limits.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "compat.h"
#include "pgautofailover.h"
#include "steady_clock.h"
#include "worker_start.h"

COMPAT_MODULE_MAGIC("pgautofailover", "1.1");

PGDLLEXPORT void _PG_init(void);

int health_check_period_ms;
int health_check_timeout_ms;
int health_check_max_retries;
int health_check_retry_delay_ms;
bool health_checks_enabled;
char *monitor_database;

/* Settings that only SQL reads, with current_setting(). */
static int node_considered_unhealthy_timeout_ms;
static int primary_demote_timeout_ms;
static int startup_grace_period_ms;
static int enable_sync_wal_log_threshold_bytes;
static int promote_wal_log_threshold_bytes;
static bool version_checks_enabled;
static char *test_clock;
static char *test_start;

/* One numeric setting. */
typedef struct IntSetting
{
    const char *name;
    const char *summary;
    const char *details;
    int *variable;
    int initial;
    int minimum;
    int maximum;
    GucContext context;
    int flags;
} IntSetting;

static const IntSetting int_settings[] = {
    {"pgautofailover.health_check_period",
     "Time between two rounds of health checks.",
     "Each round the monitor tries to connect to every node; it is also the monitor's heartbeat.",
     &health_check_period_ms, 1000, 1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS},
    {"pgautofailover.health_check_timeout",
     "Time that a node has to answer one connection attempt of a health check.",
     "A node that has not answered by then counts as silent for that attempt, and another is made; but where the answer comes"
     " before the health check ends, it counts.",
     &health_check_timeout_ms, 250, 1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS},
    {"pgautofailover.health_check_max_retries",
     "Number of further attempts after a failed one, before a health check ends as failed.",
     "The last attempt speaks for the whole health check. A node that is known to be silent is asked a third as often, each time for three times as long.",
     &health_check_max_retries, 6, 0, 100, PGC_SIGHUP, 0},
    {"pgautofailover.health_check_retry_delay",
     "Time between a failed attempt of a health check and the next.",
     NULL,
     &health_check_retry_delay_ms, 50, 1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS},
    {"pgautofailover.node_considered_unhealthy_timeout",
     "Time without a report after which a node's keeper counts as silent.",
     "A node is given up only when every witness that could speak for it is silent.",
     &node_considered_unhealthy_timeout_ms, 3000, 1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS},
    {"pgautofailover.primary_demote_timeout",
     "Time given to a primary that cannot be reached to stop by itself.",
     "It is waited for only where the old primary could still acknowledge commits.",
     &primary_demote_timeout_ms, 30000, 1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS},
    {"pgautofailover.startup_grace_period",
     "Time after the start of the monitor during which silence is not held against a node.",
     NULL,
     &startup_grace_period_ms, 5000, 1, INT_MAX, PGC_SUSET, GUC_UNIT_MS},
    {"pgautofailover.enable_sync_wal_log_threshold",
     "WAL, in bytes, that a standby may lag behind when it joins synchronous replication.",
     NULL,
     &enable_sync_wal_log_threshold_bytes, 16777216, 1, INT_MAX, PGC_SIGHUP, 0},
    {"pgautofailover.promote_wal_log_threshold",
     "WAL, in bytes, that a standby may lag behind when it is promoted without being asked.",
     NULL,
     &promote_wal_log_threshold_bytes, 16777216, 1, INT_MAX, PGC_SIGHUP, 0},
};

static void
define_settings(void)
{
    for (size_t index = 0; index < lengthof(int_settings); index++)
    {
        const IntSetting *setting = &int_settings[index];

        DefineCustomIntVariable(setting->name, setting->summary, setting->details,
                                setting->variable, setting->initial, setting->minimum,
                                setting->maximum, setting->context, setting->flags,
                                NULL, NULL, NULL);
    }

    DefineCustomBoolVariable("pgautofailover.enable_health_checks",
                             "Whether the monitor checks the health of the nodes.",
                             "While it is off no node is probed; the monitor's heartbeat goes on.",
                             &health_checks_enabled, true, PGC_SIGHUP, 0, NULL, NULL, NULL);
    DefineCustomBoolVariable("pgautofailover.enable_version_checks",
                             "Whether the monitor refuses to work with another version's SQL.",
                             NULL,
                             &version_checks_enabled, true, PGC_SIGHUP, 0, NULL, NULL, NULL);
    DefineCustomStringVariable("pgautofailover.test_clock",
                               "A time that the monitor believes instead of the real one.",
                               "For tests only: empty, or a timestamp with time zone.",
                               &test_clock, "", PGC_SUSET, GUC_NOT_IN_SAMPLE, NULL, NULL, NULL);
    DefineCustomStringVariable("pgautofailover.test_start",
                               "A time at which the monitor believes to have started.",
                               "For tests only, beside test_clock: empty, or a timestamp with time zone.",
                               &test_start, "", PGC_SUSET, GUC_NOT_IN_SAMPLE, NULL, NULL, NULL);
    DefineCustomStringVariable("pgautofailover.database",
                               "The database that holds the monitor.",
                               "The health worker connects to it and to no other.",
                               &monitor_database, "pg_auto_failover", PGC_POSTMASTER, 0,
                               NULL, NULL, NULL);

    compat_reserve_prefix("pgautofailover");
}

void
_PG_init(void)
{
    if (!process_shared_preload_libraries_in_progress)
        ereport(ERROR,
                (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                 errmsg("pgautofailover was not loaded when the server started"),
                 errhint("Add pgautofailover to shared_preload_libraries in postgresql.conf "
                         "and restart the server.")));

    define_settings();
    begin_steady_clock();
    register_health_worker();
}
