/*
 * How the health worker comes to life.
 *
 * A background worker can connect to one database only, and fails loudly when that does not exist.
 * So the worker first starts without a database and looks quietly whether the monitor's exists;
 * once it does, it starts itself anew as the worker that serves it, and ends.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"

#include "health_worker.h"
#include "pgautofailover.h"
#include "worker_start.h"

#define DATABASE_LOOK_INTERVAL_MS 1000

/* What a worker was started for; passed as its argument. */
typedef enum WorkerTask
{
    WAIT_FOR_DATABASE,
    SERVE_DATABASE
} WorkerTask;

PGDLLEXPORT void pgautofailover_worker_main(Datum task);

/* The registration of a worker; it is restarted one second after it ended with an error. */
static BackgroundWorker
worker_registration(WorkerTask task)
{
    BackgroundWorker worker;

    memset(&worker, 0, sizeof(worker));
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = 1;
    worker.bgw_main_arg = Int32GetDatum(task);
    strlcpy(worker.bgw_library_name, "pgautofailover", sizeof(worker.bgw_library_name));
    strlcpy(worker.bgw_function_name, "pgautofailover_worker_main",
            sizeof(worker.bgw_function_name));
    strlcpy(worker.bgw_name, "pgautofailover health worker", sizeof(worker.bgw_name));
    strlcpy(worker.bgw_type, "pgautofailover health worker", sizeof(worker.bgw_type));
    return worker;
}

void
register_health_worker(void)
{
    BackgroundWorker worker = worker_registration(WAIT_FOR_DATABASE);

    /* pg_upgrade must find nobody at work. */
    if (!IsBinaryUpgrade)
        RegisterBackgroundWorker(&worker);
}

void
worker_handle_interrupts(void)
{
    ResetLatch(MyLatch);

    /* Ending between two statements needs no error in the log. */
    if (ProcDiePending)
        proc_exit(1);

    /* A cancel request is for a statement; none runs here. */
    QueryCancelPending = false;
    CHECK_FOR_INTERRUPTS();

    if (ConfigReloadPending)
    {
        ConfigReloadPending = false;
        ProcessConfigFile(PGC_SIGHUP);
    }
}

/* Without a database of its own the worker can use no index, and none is needed for so few rows. */
static bool
database_exists(void)
{
    Relation databases;
    ScanKeyData named;
    SysScanDesc scan;
    bool exists;

    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    databases = table_open(DatabaseRelationId, AccessShareLock);
    ScanKeyInit(&named, Anum_pg_database_datname, BTEqualStrategyNumber, F_NAMEEQ,
                CStringGetDatum(monitor_database));
    scan = systable_beginscan(databases, InvalidOid, false, NULL, 1, &named);
    exists = HeapTupleIsValid(systable_getnext(scan));
    systable_endscan(scan);
    table_close(databases, AccessShareLock);
    CommitTransactionCommand();
    return exists;
}

static void
wait_for_database(void)
{
    bool told = false;

    while (!database_exists())
    {
        if (!told)
            ereport(LOG,
                    (errmsg("the health worker waits for database \"%s\" to be created",
                            monitor_database),
                     errhint("Setting pgautofailover.database names the monitor's database.")));
        told = true;
        pgstat_report_activity(STATE_IDLE, "waiting for the monitor's database");

        (void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                         DATABASE_LOOK_INTERVAL_MS, PG_WAIT_EXTENSION);
        worker_handle_interrupts();
    }
}

/* Starts the worker that serves the database, and ends this one for good. */
static void
hand_over(void)
{
    BackgroundWorker worker = worker_registration(SERVE_DATABASE);

    if (!RegisterDynamicBackgroundWorker(&worker, NULL))
        ereport(ERROR,
                (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
                 errmsg("no background worker is free to check the health of the nodes"),
                 errhint("Increase max_worker_processes and restart the server.")));
    proc_exit(0);
}

void
pgautofailover_worker_main(Datum task)
{
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();

    if (DatumGetInt32(task) == WAIT_FOR_DATABASE)
    {
        BackgroundWorkerInitializeConnection(NULL, NULL, 0);
        wait_for_database();
        hand_over();
    }
    else
    {
        BackgroundWorkerInitializeConnection(monitor_database, NULL, 0);
        serve_health_checks();
    }
}
