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

/* How many checks one turn begins; those whose turn does not come are begun by the next. */
#define CHECKS_PER_TURN 64

/*
 * One call records the news of so many nodes, or of a part of all nodes: what it locks is locked until it
 * ends, and who is to act on the first news of many does so while the next are recorded.
 */
#define NEWS_PER_CALL 64
#define NEWS_PARTS 64

/* A turn that takes longer than this leaves those who answer waiting: they are given the time back. */
#define TURN_MS 50

/*
 * Who is known to be silent is asked so many times less often, each time for longer: nothing is to be told until it
 * answers, and where many are silent asking them all costs most.
 */
#define SILENT_PATIENCE 3

#define NEVER INT64_MAX

typedef struct HealthWorker
{
    MemoryContext nodes_context; /* what lasts: the watched nodes, and what wakes the worker */
    MemoryContext turn_context;  /* emptied on each turn of the loop */
    List *nodes;                 /* of WatchedNode * */
    bool extension_present;
    MonitorCall reading;
    MonitorCall recording;
    WaitEventSet *wakers;        /* what ends a wait */
    int begun;                   /* of the nodes so many have begun their check of this round */
    int64 round_at_ms;           /* when the next round starts */
    int64 record_at_ms;          /* when the answers are to be recorded, or NEVER */
    int64 recording_ms;          /* how long it took to record the last ones */
    int64 woke_at_ms;            /* when the last wait ended */
    int64 away_ms;               /* for so long the machine stood still; see check_clock() */
    int64 unheard_ms;            /* for so long those who are heard now may have waited */
    int64 due_at_ms;             /* no check needs to look at its clock before */
    bool is_drained;             /* everybody who had answered was listened to */
} HealthWorker;

/* The time for deadlines: not moved by anybody who sets the clock. */
static int64
monotonic_ms(void)
{
    struct timespec time;

    (void) clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64) time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The clock of the checks: it stands still while the machine does, since no node is to blame for that. */
static int64
check_clock(const HealthWorker *worker)
{
    return monotonic_ms() - worker->away_ms;
}

/*
 * When answers that come now are to be recorded. The longer it takes, the more of them are gathered;
 * but one call that was held up does not hold up what follows, news least of all.
 */
static int64
time_to_record(const HealthWorker *worker, bool is_news)
{
    int64 wait_ms = is_news ? worker->recording_ms : Max(GATHER_MS, 4 * worker->recording_ms);

    return monotonic_ms() + Min(wait_ms, health_check_period_ms / 4);
}

static void
advance(HealthWorker *worker, WatchedNode *node, ProbeEvent event)
{
    WatchOutcome outcome = watched_node_advance(node, event, check_clock(worker));

    worker->due_at_ms = Min(worker->due_at_ms, probe_deadline(&node->probe));
    if (outcome != WATCH_GOES_ON)
        worker->record_at_ms = Min(worker->record_at_ms,
                                   time_to_record(worker, outcome == WATCH_NEWS));
}

/* Ends and begins the attempts whose time has come, unless somebody may have answered unheard. */
static void
look_at_clocks(HealthWorker *worker)
{
    ListCell *cell;

    if (!worker->is_drained || check_clock(worker) < worker->due_at_ms)
        return;
    foreach(cell, worker->nodes)
        advance(worker, lfirst(cell), PROBE_TIME_PASSED);
    worker->due_at_ms = watched_nodes_deadline(worker->nodes);
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

/* A round checks every node whose last check has ended; the others are still being checked. */
static void
begin_round(HealthWorker *worker, int64 now_ms)
{
    worker->round_at_ms = now_ms + health_check_period_ms;
    read_nodes(worker);
    worker->begun = 0;

    /* The heartbeat: each round records, be it nothing. */
    worker->record_at_ms = Min(worker->record_at_ms, time_to_record(worker, false));
}

/*
 * Begins checks of this round, some at a time, and only while nobody's answer is left waiting: more are
 * never under way than can be listened to, so that the time-outs of the others are looked at.
 */
static void
begin_checks(HealthWorker *worker)
{
    int end = Min(worker->begun + CHECKS_PER_TURN, list_length(worker->nodes));

    if (!worker->is_drained)
        return;
    while (worker->begun < end)
    {
        WatchedNode *node = list_nth(worker->nodes, worker->begun++);

        if (node->probe.state == PROBE_IDLE || node->probe.state == PROBE_DECIDED)
        {
            int patience = node->known == ANSWER_SILENT ? SILENT_PATIENCE : 1;

            node->probe.limits.timeout_ms = (int) Min((int64) health_check_timeout_ms * patience, INT_MAX);
            node->probe.limits.max_retries = health_check_max_retries / patience;
            node->probe.limits.retry_delay_ms = health_check_retry_delay_ms;
        }
        advance(worker, node, PROBE_BEGIN);
    }
}

static bool
has_begun_all(const HealthWorker *worker)
{
    return worker->begun >= list_length(worker->nodes);
}

/*
 * Tells SQL the answers that it does not know yet, of many news a part: the next turn tells more. When that
 * fails the answers are dropped, not kept: told later, an old answer would pass for a new one.
 */
static void
record_answers(HealthWorker *worker)
{
    NodeAnswer *answers = palloc(sizeof(NodeAnswer) * Max(list_length(worker->nodes), 1));
    int64 begin_ms = monotonic_ms();
    int news_limit = Max(NEWS_PER_CALL, list_length(worker->nodes) / NEWS_PARTS);
    bool all_taken;
    int count;
    int next_ms;

    worker->record_at_ms = NEVER;
    if (!worker->extension_present)
        return;

    count = watched_nodes_take_answers(worker->nodes, news_limit, answers, &all_taken);
    if (!node_list_record(&worker->recording, answers, count))
        watched_nodes_forget_answers(worker->nodes);
    else if (!all_taken)
        worker->record_at_ms = begin_ms;
    else if ((next_ms = node_list_next_ms()) >= 0)
        worker->record_at_ms = begin_ms + next_ms + 1;
    worker->recording_ms = monotonic_ms() - begin_ms;
}

/* How long nothing needs to be done unless something happens. */
static int64
idle_time_ms(const HealthWorker *worker, int64 now_ms)
{
    int64 next_ms = Min(worker->round_at_ms, worker->record_at_ms);

    if (!has_begun_all(worker) || !worker->is_drained)
        return 0;
    if (worker->due_at_ms != PROBE_NO_DEADLINE)
        next_ms = Min(next_ms, worker->due_at_ms + worker->away_ms);
    return Min(Max(next_ms - now_ms, 0), INT_MAX);
}

/* Everything that can wake the worker: its latch, the end of the server, the sockets of all attempts. */
static WaitEventSet *
wakers_of_worker(void)
{
    WaitEventSet *set = compat_create_wait_event_set(3);

    AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
    AddWaitEventToSet(set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL, NULL);
    AddWaitEventToSet(set, WL_SOCKET_READABLE, probe_connections_prepare(), NULL, NULL);
    return set;
}

static void
wait_and_listen(HealthWorker *worker)
{
    WaitEvent wakers[3];
    ProbeConnection *ready[PROBES_READY_MAX];
    int64 entered_ms = monotonic_ms();
    int64 planned_ms = idle_time_ms(worker, entered_ms);
    int count;

    /* Whoever has said nothing by the end of a long turn was silent for all of it. */
    if (entered_ms - worker->woke_at_ms > TURN_MS)
        worker->unheard_ms += entered_ms - worker->woke_at_ms;
    (void) WaitEventSetWait(worker->wakers, (long) planned_ms, wakers, lengthof(wakers),
                            PG_WAIT_EXTENSION);
    worker->woke_at_ms = monotonic_ms();
    worker->away_ms += probe_lost_in_wait(entered_ms, planned_ms, worker->woke_at_ms);

    count = probe_connections_ready(ready);
    worker->is_drained = count < PROBES_READY_MAX;
    for (int index = 0; index < count; index++)
    {
        WatchedNode *node = ready[index]->owner;

        /* One more attempt of a check that the one before has ended. */
        if (ready[index]->connection == NULL)
            continue;
        probe_give_time(&node->probe, worker->unheard_ms);
        advance(worker, node, watched_node_listen(node, ready[index]));
    }
    if (worker->is_drained)
        worker->unheard_ms = 0;
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
        .due_at_ms = PROBE_NO_DEADLINE,
        .is_drained = true,
    };

    worker.nodes_context = AllocSetContextCreate(TopMemoryContext, "health worker nodes",
                                                 ALLOCSET_DEFAULT_SIZES);
    worker.turn_context = AllocSetContextCreate(TopMemoryContext, "health worker turn",
                                                ALLOCSET_DEFAULT_SIZES);
    MemoryContextSwitchTo(worker.nodes_context);
    worker.wakers = wakers_of_worker();
    MemoryContextSwitchTo(worker.turn_context);
    SetConfigOption("search_path", "", PGC_SUSET, PGC_S_OVERRIDE);
    node_address_limit_lookups();

    for (;;)
    {
        int64 now_ms = monotonic_ms();

        worker_handle_interrupts();
        MemoryContextReset(worker.turn_context);

        if (now_ms >= worker.round_at_ms && has_begun_all(&worker))
            begin_round(&worker, now_ms);
        begin_checks(&worker);
        look_at_clocks(&worker);
        if (now_ms >= worker.record_at_ms)
            record_answers(&worker);

        /* A period that was shortened takes effect at once. */
        worker.round_at_ms = Min(worker.round_at_ms, now_ms + health_check_period_ms);
        wait_and_listen(&worker);
    }
}
