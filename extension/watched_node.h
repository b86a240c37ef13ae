/*
 * A node under watch: its health check, the connections of it, and what is known so far.
 */
#ifndef PGAUTOFAILOVER_WATCHED_NODE_H
#define PGAUTOFAILOVER_WATCHED_NODE_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "health_probe.h"
#include "node_address.h"
#include "node_list.h"
#include "probe_connection.h"

/* So many attempts of a check are open at once: where it makes more, the oldest ends for the newest. */
#define ATTEMPTS_OPEN_MAX 8

typedef struct WatchedNode
{
    int64 id;
    char *host;
    int port;
    HealthProbe probe;
    ProbeConnection attempts[ATTEMPTS_OPEN_MAX];
    NodeAddress address;
    ProbeAnswer known; /* the answer of the last finished check */
    bool unrecorded;   /* the monitor's SQL has not been told of it yet */
    bool is_news;      /* what SQL was told last is another answer */
} WatchedNode;

typedef enum WatchOutcome
{
    WATCH_GOES_ON,    /* no check ended */
    WATCH_SAME,       /* a check ended with the answer of the one before */
    WATCH_NEWS        /* a check ended with another answer */
} WatchOutcome;

/*
 * Goes on with an open attempt of the node, whose socket is ready; returns what the check is to be told. One that was
 * kept and fails is closed, and no news.
 */
extern ProbeEvent watched_node_listen(WatchedNode *node, ProbeConnection *attempt);

/* Tells the node's check what happened and does what it asks for. */
extern WatchOutcome watched_node_advance(WatchedNode *node, ProbeEvent event, int64 now_ms);

/*
 * Lets the watched nodes follow the list, which is in the order of ids: same id, host and port is the
 * same node. Frees the list of those watched so far and returns a new one.
 */
extern List *watched_nodes_follow(List *watched, const List *listed);

/*
 * Moves the answers that SQL has not been told of to the array; returns how many there are. News come
 * first: where there are more than the limit, those are all that is taken, and all_taken is false.
 */
extern int watched_nodes_take_answers(List *watched, int news_limit, NodeAnswer *answers, bool *all_taken);

/* Forgets what is known of every node, so that its next answer is news. */
extern void watched_nodes_forget_answers(List *watched);

/* The nearest time at which a check needs attention, or PROBE_NO_DEADLINE. */
extern int64 watched_nodes_deadline(const List *watched);

#endif
