/*
 * The numeric addresses of a node's host.
 *
 * libpq would look a host's name up, and block, at every connection attempt. So names are looked up
 * here, seldom, and what was found is kept: a broken name service then neither stops the checks nor
 * makes a healthy node look silent.
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "node_address.h"

#define REFRESH_ANSWERED_MS 60000
#define REFRESH_OTHERWISE_MS 10000

void
node_address_limit_lookups(void)
{
    (void) setenv("RES_OPTIONS", "timeout:1 attempts:1", 0);
}

/* Looks the host up; returns whether any address was found and stored. */
static bool
look_up(NodeAddress *address, const char *host, int flags)
{
    struct addrinfo hints;
    struct addrinfo *found = NULL;
    int count = 0;

    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    if (getaddrinfo(host, NULL, &hints, &found) != 0)
        return false;

    for (struct addrinfo *each = found; each != NULL && count < NODE_ADDRESSES_MAX;
         each = each->ai_next)
    {
        if (getnameinfo(each->ai_addr, each->ai_addrlen, address->text[count],
                        NODE_ADDRESS_LENGTH, NULL, 0, NI_NUMERICHOST) == 0)
            count++;
    }
    freeaddrinfo(found);

    if (count == 0)
        return false;
    address->count = count;
    if (address->current >= count)
        address->current = 0;
    return true;
}

/* Is it time to ask the name service? */
static bool
is_due(const NodeAddress *address, bool answered, int64_t now_ms)
{
    int64_t interval_ms = answered ? REFRESH_ANSWERED_MS : REFRESH_OTHERWISE_MS;

    if (address->literal)
        return false;
    return !address->looked_up || now_ms - address->looked_up_at_ms >= interval_ms;
}

const char *
node_address_next(NodeAddress *address, const char *host, bool answered, int64_t now_ms)
{
    if (is_due(address, answered, now_ms))
    {
        address->looked_up = true;
        address->looked_up_at_ms = now_ms;
        address->literal = look_up(address, host, AI_NUMERICHOST);
        if (!address->literal)
            (void) look_up(address, host, AI_ADDRCONFIG);
    }
    return address->count > 0 ? address->text[address->current] : NULL;
}

void
node_address_failed(NodeAddress *address)
{
    if (address->count > 0)
        address->current = (address->current + 1) % address->count;
}
