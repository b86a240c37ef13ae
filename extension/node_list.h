/*
 * What the health worker asks of the monitor's SQL and what it tells it: the only two calls.
 */
#ifndef PGAUTOFAILOVER_NODE_LIST_H
#define PGAUTOFAILOVER_NODE_LIST_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "health_probe.h"
#include "monitor_call.h"

/* A node that is to be checked. */
typedef struct ListedNode
{
    int64 id;
    char *host;
    int port;
} ListedNode;

typedef struct NodeList
{
    bool extension_present; /* the extension is installed, with the two functions */
    List *nodes;            /* of ListedNode *, in the caller's memory context */
} NodeList;

/* What a health check said about a node. */
typedef struct NodeAnswer
{
    int64 id;
    ProbeAnswer answer;
} NodeAnswer;

/* Reads which nodes are to be checked; returns whether that succeeded. */
extern bool node_list_read(MonitorCall *call, NodeList *list);

/* Hands the answers over, none being a heartbeat; returns whether they were recorded. */
extern bool node_list_record(MonitorCall *call, const NodeAnswer *answers, int count);

/* In how many milliseconds record_health(), when it was called last, wants to be called again at the latest; -1 for no wish. */
extern int node_list_next_ms(void);

#endif
