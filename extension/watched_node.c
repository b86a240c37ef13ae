/*
 * A node under watch; see watched_node.h.
 */
#include "postgres.h"

#include "watched_node.h"

/* The connection of the attempt that the check began last. */
static ProbeConnection *
last_attempt(WatchedNode *node)
{
    return &node->attempts[node->probe.attempts % ATTEMPTS_OPEN_MAX];
}

static void
close_attempts(WatchedNode *node)
{
    for (int index = 0; index < ATTEMPTS_OPEN_MAX; index++)
        probe_connection_close(&node->attempts[index]);
}

/* Opens the connection of an attempt. */
static ProbeEvent
connect_to(WatchedNode *node, int64 now_ms)
{
    ProbeConnection *attempt = last_attempt(node);
    const char *address = node_address_next(&node->address, node->host,
                                            node->known == ANSWER_ANSWERED, now_ms);

    probe_connection_close(attempt);
    if (address == NULL)
        return PROBE_UNREACHABLE;
    return probe_connection_open(attempt, node->host, address, node->port, node);
}

/* Notes the answer of the check, which has ended. */
static WatchOutcome
note_answer(WatchedNode *node)
{
    bool same = node->known == node->probe.answer;

    node->known = node->probe.answer;
    node->unrecorded = true;
    node->is_news = node->is_news || !same;
    return same ? WATCH_SAME : WATCH_NEWS;
}

WatchOutcome
watched_node_advance(WatchedNode *node, ProbeEvent event, int64 now_ms)
{
    for (;;)
    {
        ProbeConnection *under_way = last_attempt(node);

        switch (probe_advance(&node->probe, event, now_ms))
        {
            case PROBE_DO_NOTHING:
                return WATCH_GOES_ON;
            case PROBE_DO_CONNECT:
                event = connect_to(node, now_ms);
                break;
            case PROBE_DO_CLOSE:
                /* Where sockets are scarce nobody keeps one that has failed. */
                if (event == PROBE_UNABLE)
                    close_attempts(node);
                else
                    probe_connection_close(under_way);
                node_address_failed(&node->address);
                return WATCH_GOES_ON;
            case PROBE_DO_KEEP:
                node_address_failed(&node->address);
                return WATCH_GOES_ON;
            case PROBE_DO_END:
                close_attempts(node);
                if (event != PROBE_ANSWERED)
                    node_address_failed(&node->address);
                return note_answer(node);
        }
    }
}

ProbeEvent
watched_node_listen(WatchedNode *node, ProbeConnection *attempt)
{
    bool is_kept = node->probe.state != PROBE_CONNECTING || attempt != last_attempt(node);
    ProbeEvent event = probe_connection_step(attempt);

    if (!is_kept || event == PROBE_ANSWERED || event == PROBE_PROGRESS)
        return event;
    probe_connection_close(attempt);
    return PROBE_PROGRESS;
}

static void
forget(WatchedNode *node)
{
    close_attempts(node);
    pfree(node->host);
    pfree(node);
}

static WatchedNode *
watch(const ListedNode *listed)
{
    WatchedNode *node = palloc0(sizeof(WatchedNode));

    node->id = listed->id;
    node->host = pstrdup(listed->host);
    node->port = listed->port;
    return node;
}

static bool
is_same(const WatchedNode *node, const ListedNode *listed)
{
    return node->id == listed->id && node->port == listed->port &&
        strcmp(node->host, listed->host) == 0;
}

/* Both lists are in the order of ids, so one walk through them finds every pair. */
List *
watched_nodes_follow(List *watched, const List *listed)
{
    List *result = NIL;
    int next = 0;
    ListCell *cell;

    foreach(cell, listed)
    {
        const ListedNode *wanted = lfirst(cell);
        WatchedNode *node = NULL;

        while (node == NULL && next < list_length(watched) &&
               ((WatchedNode *) list_nth(watched, next))->id <= wanted->id)
        {
            node = list_nth(watched, next++);
            if (!is_same(node, wanted))
            {
                forget(node);
                node = NULL;
            }
        }
        result = lappend(result, node != NULL ? node : watch(wanted));
    }
    while (next < list_length(watched))
        forget(list_nth(watched, next++));
    list_free(watched);
    return result;
}

static void
take_answer(WatchedNode *node, NodeAnswer *answer)
{
    node->unrecorded = false;
    node->is_news = false;
    answer->id = node->id;
    answer->answer = node->known;
}

int
watched_nodes_take_answers(List *watched, int news_limit, NodeAnswer *answers, bool *all_taken)
{
    int count = 0;
    ListCell *cell;

    foreach(cell, watched)
    {
        WatchedNode *node = lfirst(cell);

        if (!node->is_news)
            continue;
        *all_taken = count < news_limit;
        if (!*all_taken)
            return count;
        take_answer(node, &answers[count++]);
    }
    foreach(cell, watched)
    {
        WatchedNode *node = lfirst(cell);

        if (node->unrecorded)
            take_answer(node, &answers[count++]);
    }
    *all_taken = true;
    return count;
}

void
watched_nodes_forget_answers(List *watched)
{
    ListCell *cell;

    foreach(cell, watched)
    {
        WatchedNode *node = lfirst(cell);

        node->known = ANSWER_UNKNOWN;
        node->unrecorded = false;
        node->is_news = false;
    }
}

int64
watched_nodes_deadline(const List *watched)
{
    int64 nearest_ms = PROBE_NO_DEADLINE;
    ListCell *cell;

    foreach(cell, watched)
    {
        const WatchedNode *node = lfirst(cell);

        nearest_ms = Min(nearest_ms, probe_deadline(&node->probe));
    }
    return nearest_ms;
}
