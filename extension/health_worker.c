/*
 * The health worker's loop: wait, reload, read the nodes, advance their checks, record the answers.
 * It looks and judges nothing; what an answer means is SQL's affair.
 */
#include "postgres.h"

#include <limits.h>
#include <time.h>

#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "compat.h"
#include "health_worker.h"
#include "node_list.h"
#include "pgautofailover.h"
#include "watched_node.h"
#include "worker_start.h"

/* Answers that are no news wait this long for others, so that one call carries them all. */
#define GATHER_MS 50

/* How many ready sockets one wait can tell of; the others are told of by the next. */
#define EVENTS_PER_WAIT 64

#define NEVER INT64_MAX

typedef struct HealthWorker
{
    MemoryContext nodes_context; /* what lasts: the watched nodes */
    MemoryContext turn_context;  /* emptied on each turn of the loop */
    List *nodes;                 /* of WatchedNode * */
    bool extension_present;
    MonitorCall reading;
    MonitorCall recording;
    int64 round_at_ms;           /* when the next round starts */
    int64 record_at_ms;          /* when the answers are to be recorded, or NEVER */
    int64 woke_at_ms;            /* when the last wait ended */
} HealthWorker;

/* The time for deadlines: not moved by anybody who sets the clock. */
static int64
monotonic_ms(void)
{
    struct timespec time;

    (void) clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64) time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void
advance(HealthWorker *worker, WatchedNode *node, ProbeEvent event, int64 now_ms)
{
    switch (watched_node_advance(node, event, now_ms))
    {
        case WATCH_GOES_ON:
            break;
        case WATCH_SAME:
            worker->record_at_ms = Min(worker->record_at_ms, now_ms + GATHER_MS);
            break;
        case WATCH_NEWS:
            worker->record_at_ms = now_ms;
            break;
    }
}

static void
advance_all(HealthWorker *worker, ProbeEvent event, int64 now_ms)
{
    ListCell *cell;

    foreach(cell, worker->nodes)
        advance(worker, lfirst(cell), event, now_ms);
}

/* Reads which nodes to watch. While that fails, those read last are watched on. */
static void
read_nodes(HealthWorker *worker)
{
    NodeList list;
    MemoryContext turn_context;

    if (!node_list_read(&worker->reading, &list))
        return;

    worker->extension_present = list.extension_present;
    turn_context = MemoryContextSwitchTo(worker->nodes_context);
    worker->nodes = watched_nodes_follow(worker->nodes, health_checks_enabled ? list.nodes : NIL);
    MemoryContextSwitchTo(turn_context);
}

/* Checks every node whose last check has ended; the others are still being checked. */
static void
begin_round(HealthWorker *worker, int64 now_ms)
{
    ListCell *cell;

    worker->round_at_ms = now_ms + health_check_period_ms;
    read_nodes(worker);

    foreach(cell, worker->nodes)
    {
        WatchedNode *node = lfirst(cell);

        if (node->probe.state == PROBE_IDLE || node->probe.state == PROBE_DECIDED)
        {
            node->probe.limits.timeout_ms = health_check_timeout_ms;
            node->probe.limits.max_retries = health_check_max_retries;
            node->probe.limits.retry_delay_ms = health_check_retry_delay_ms;
        }
        advance(worker, node, PROBE_BEGIN, now_ms);
    }

    /* The heartbeat: each round records, be it nothing. */
    worker->record_at_ms = Min(worker->record_at_ms, now_ms + GATHER_MS);
}

/*
 * Tells SQL every answer that it does not know yet. When that fails the answers are dropped, not
 * kept: told later, an old answer would pass for a new one.
 */
static void
record_answers(HealthWorker *worker)
{
    NodeAnswer *answers = palloc(sizeof(NodeAnswer) * Max(list_length(worker->nodes), 1));
    int count;

    worker->record_at_ms = NEVER;
    if (!worker->extension_present)
        return;

    count = watched_nodes_take_answers(worker->nodes, answers);
    if (!node_list_record(&worker->recording, answers, count))
        watched_nodes_forget_answers(worker->nodes);
}

/* How long nothing needs to be done unless something happens. */
static int64
idle_time_ms(const HealthWorker *worker, int64 now_ms)
{
    int64 next_ms = Min(Min(worker->round_at_ms, worker->record_at_ms),
                        watched_nodes_deadline(worker->nodes));

    return Min(Max(next_ms - now_ms, 0), INT_MAX);
}

/* Everything that can wake the worker: its latch, the end of the server, the open attempts. */
static WaitEventSet *
events_to_wait_for(const HealthWorker *worker)
{
    WaitEventSet *set = compat_create_wait_event_set(list_length(worker->nodes) + 2);
    ListCell *cell;

    AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
    AddWaitEventToSet(set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL, NULL);
    foreach(cell, worker->nodes)
    {
        WatchedNode *node = lfirst(cell);

        if (node->connection.connection != NULL)
            AddWaitEventToSet(set,
                              node->connection.wants_write ? WL_SOCKET_WRITEABLE
                                                           : WL_SOCKET_READABLE,
                              PQsocket(node->connection.connection), NULL, node);
    }
    return set;
}

static void
wait_and_listen(HealthWorker *worker)
{
    WaitEventSet *set = events_to_wait_for(worker);
    WaitEvent events[EVENTS_PER_WAIT];
    int64 entered_ms = monotonic_ms();
    int64 planned_ms;
    int count;

    watched_nodes_excuse(worker->nodes, entered_ms - worker->woke_at_ms);
    planned_ms = idle_time_ms(worker, entered_ms);
    count = WaitEventSetWait(set, (long) planned_ms, events, EVENTS_PER_WAIT, PG_WAIT_EXTENSION);
    FreeWaitEventSet(set);
    worker->woke_at_ms = monotonic_ms();
    watched_nodes_excuse(worker->nodes,
                         probe_lost_in_wait(entered_ms, planned_ms, worker->woke_at_ms));

    for (int index = 0; index < count; index++)
    {
        WatchedNode *node = events[index].user_data;

        if (node != NULL)
            advance(worker, node, probe_connection_step(&node->connection), worker->woke_at_ms);
    }
}

void
serve_health_checks(void)
{
    HealthWorker worker = {
        .reading = {.purpose = "read which nodes to check"},
        .recording = {.purpose = "record the health of the nodes"},
        .round_at_ms = monotonic_ms(),
        .record_at_ms = NEVER,
        .woke_at_ms = monotonic_ms(),
    };

    worker.nodes_context = AllocSetContextCreate(TopMemoryContext, "health worker nodes",
                                                 ALLOCSET_DEFAULT_SIZES);
    worker.turn_context = AllocSetContextCreate(TopMemoryContext, "health worker turn",
                                                ALLOCSET_DEFAULT_SIZES);
    MemoryContextSwitchTo(worker.turn_context);
    SetConfigOption("search_path", "", PGC_SUSET, PGC_S_OVERRIDE);
    node_address_limit_lookups();

    for (;;)
    {
        int64 now_ms = monotonic_ms();

        worker_handle_interrupts();
        MemoryContextReset(worker.turn_context);

        if (now_ms >= worker.round_at_ms)
            begin_round(&worker, now_ms);
        advance_all(&worker, PROBE_TIME_PASSED, now_ms);
        if (now_ms >= worker.record_at_ms)
            record_answers(&worker);

        /* A period that was shortened takes effect at once. */
        worker.round_at_ms = Min(worker.round_at_ms, now_ms + health_check_period_ms);
        wait_and_listen(&worker);
    }
}
