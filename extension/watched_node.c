/*
 * A node under watch; see watched_node.h.
 */
#include "postgres.h"

#include "watched_node.h"

/* Opens the connection of an attempt. */
static ProbeEvent
connect_to(WatchedNode *node, int64 now_ms)
{
    const char *address = node_address_next(&node->address, node->host,
                                            node->known == ANSWER_ANSWERED, now_ms);

    if (address == NULL)
        return PROBE_UNREACHABLE;
    return probe_connection_open(&node->connection, node->host, address, node->port);
}

/* Notes the answer of the check, if it has ended. */
static WatchOutcome
note_answer(WatchedNode *node)
{
    bool same = node->known == node->probe.answer;

    if (node->probe.state != PROBE_DECIDED)
        return WATCH_GOES_ON;
    node->known = node->probe.answer;
    node->unrecorded = true;
    return same ? WATCH_SAME : WATCH_NEWS;
}

WatchOutcome
watched_node_advance(WatchedNode *node, ProbeEvent event, int64 now_ms)
{
    for (;;)
    {
        switch (probe_advance(&node->probe, event, now_ms))
        {
            case PROBE_DO_NOTHING:
                return WATCH_GOES_ON;
            case PROBE_DO_CONNECT:
                event = connect_to(node, now_ms);
                break;
            case PROBE_DO_CLOSE:
                probe_connection_close(&node->connection);
                if (event != PROBE_ANSWERED)
                    node_address_failed(&node->address);
                return note_answer(node);
        }
    }
}

static void
forget(WatchedNode *node)
{
    probe_connection_close(&node->connection);
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

static WatchedNode *
find(const List *watched, const ListedNode *listed)
{
    ListCell *cell;

    foreach(cell, watched)
    {
        WatchedNode *node = lfirst(cell);

        if (node->id == listed->id && node->port == listed->port &&
            strcmp(node->host, listed->host) == 0)
            return node;
    }
    return NULL;
}

List *
watched_nodes_follow(List *watched, const List *listed)
{
    ListCell *cell;

    foreach(cell, watched)
        ((WatchedNode *) lfirst(cell))->listed = false;

    foreach(cell, listed)
    {
        WatchedNode *node = find(watched, lfirst(cell));

        if (node == NULL)
        {
            node = watch(lfirst(cell));
            watched = lappend(watched, node);
        }
        node->listed = true;
    }

    foreach(cell, watched)
    {
        WatchedNode *node = lfirst(cell);

        if (!node->listed)
        {
            watched = foreach_delete_current(watched, cell);
            forget(node);
        }
    }
    return watched;
}

int
watched_nodes_take_answers(List *watched, NodeAnswer *answers)
{
    int count = 0;
    ListCell *cell;

    foreach(cell, watched)
    {
        WatchedNode *node = lfirst(cell);

        if (!node->unrecorded)
            continue;
        node->unrecorded = false;
        answers[count].id = node->id;
        answers[count].answer = node->known;
        count++;
    }
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
    }
}

void
watched_nodes_excuse(List *watched, int64 lost_ms)
{
    ListCell *cell;

    foreach(cell, watched)
    {
        WatchedNode *node = lfirst(cell);

        probe_excuse(&node->probe, lost_ms);
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
