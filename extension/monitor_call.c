/*
 * A call from the health worker into the monitor's SQL that may fail without harm.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"

#include "compat.h"
#include "monitor_call.h"

/* A call that waits this long, for a lock perhaps, is given up and made anew the next round. */
#define CALL_TIMEOUT_MS 5000

/* Tells the log how a call failed, unless it has failed in this very way before. */
static void
report_failure(MonitorCall *call, const ErrorData *error)
{
    const char *message = error->message != NULL ? error->message : "no message";

    if (strncmp(call->problem, message, sizeof(call->problem) - 1) == 0)
        return;
    strlcpy(call->problem, message, sizeof(call->problem));

    ereport(WARNING,
            (errcode(error->sqlerrcode),
             errmsg("the health worker could not %s: %s", call->purpose, message),
             error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
             errhint("It tries again every health_check_period and tells when it succeeds."),
             error->context != NULL ? errcontext("%s", error->context) : 0));
}

static void
report_success(MonitorCall *call)
{
    if (call->problem[0] == '\0')
        return;
    call->problem[0] = '\0';
    ereport(LOG, (errmsg("the health worker can %s again", call->purpose)));
}

static void
run_in_transaction(MonitorCallBody body, void *argument)
{
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    enable_timeout_after(STATEMENT_TIMEOUT, CALL_TIMEOUT_MS);
    SPI_connect();
    PushActiveSnapshot(GetTransactionSnapshot());

    body(argument);

    PopActiveSnapshot();
    SPI_finish();
    disable_timeout(STATEMENT_TIMEOUT, false);
    CommitTransactionCommand();
}

bool
monitor_call(MonitorCall *call, MonitorCallBody body, void *argument)
{
    MemoryContext caller_context = CurrentMemoryContext;
    ErrorData *volatile error = NULL;

    pgstat_report_activity(STATE_RUNNING, call->purpose);
    PG_TRY();
    {
        run_in_transaction(body, argument);
    }
    PG_CATCH();
    {
        HOLD_INTERRUPTS();
        disable_timeout(STATEMENT_TIMEOUT, false);
        QueryCancelPending = false;
        MemoryContextSwitchTo(caller_context);
        error = CopyErrorData();
        FlushErrorState();
        AbortCurrentTransaction();
        RESUME_INTERRUPTS();
    }
    PG_END_TRY();
    MemoryContextSwitchTo(caller_context);
    pgstat_report_activity(STATE_IDLE, NULL);

    if (error != NULL)
    {
        report_failure(call, error);
        FreeErrorData(error);
        return false;
    }

    compat_wake_listeners();
    (void) pgstat_report_stat(false);
    report_success(call);
    return true;
}
