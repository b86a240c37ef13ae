/*
 * The numeric addresses of a node's host. Needs no header of the server.
 */
#ifndef PGAUTOFAILOVER_NODE_ADDRESS_H
#define PGAUTOFAILOVER_NODE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#define NODE_ADDRESSES_MAX 4
#define NODE_ADDRESS_LENGTH 64

typedef struct NodeAddress
{
    char text[NODE_ADDRESSES_MAX][NODE_ADDRESS_LENGTH];
    int count;
    int current;              /* which one the next attempt uses */
    bool literal;             /* the host is an address itself and needs no look-up */
    bool looked_up;
    int64_t looked_up_at_ms;
} NodeAddress;

/* Bounds the look-ups of this process, unless its environment says otherwise; call once. */
extern void node_address_limit_lookups(void);

/*
 * The address for the next attempt, or NULL when the host's name means nothing now. May block in a
 * look-up. After an answer a name is looked up again each minute, else every ten seconds; the
 * addresses last found are kept while look-ups fail.
 */
extern const char *node_address_next(NodeAddress *address, const char *host, bool answered,
                                     int64_t now_ms);

/* The attempt failed: the next one tries the host's next address, if it has several. */
extern void node_address_failed(NodeAddress *address);

#endif
