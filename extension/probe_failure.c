/*
 * What a failed connection attempt says about the server.
 *
 * libpq gives neither the SQLSTATE nor the errno of a failed connection, only text. The text of an
 * error that the server sent ends with its SQLSTATE when asked for, in every language; the text of
 * a system error contains strerror(), in the language that this process speaks too.
 */
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "probe_failure.h"

#define SQLSTATE_LENGTH 5
#define CANNOT_CONNECT_NOW "57P03"

/* What each system error says; the first that the message contains counts. */
static const struct
{
    int number;
    ProbeEvent event;
} system_errors[] = {
    {EMFILE, PROBE_UNABLE},
    {ENFILE, PROBE_UNABLE},
    {ENOMEM, PROBE_UNABLE},
    {ENOBUFS, PROBE_UNABLE},
    {EADDRNOTAVAIL, PROBE_UNABLE},
    {EHOSTUNREACH, PROBE_UNREACHABLE},
    {EHOSTDOWN, PROBE_UNREACHABLE},
    {ENETUNREACH, PROBE_UNREACHABLE},
    {ENETDOWN, PROBE_UNREACHABLE},
    {ETIMEDOUT, PROBE_UNREACHABLE},
    {ECONNREFUSED, PROBE_REFUSED},
    {ECONNRESET, PROBE_REFUSED},
    {EPIPE, PROBE_REFUSED},
};

/* The SQLSTATE at the end of a message such as "… failed: FATAL:  28000", or NULL. */
static const char *
sqlstate_of(const char *message)
{
    size_t length = strlen(message);
    const char *code;

    while (length > 0 && isspace((unsigned char) message[length - 1]))
        length--;
    if (length < SQLSTATE_LENGTH + 3)
        return NULL;

    code = message + length - SQLSTATE_LENGTH;
    if (strncmp(code - 3, ":  ", 3) != 0)
        return NULL;
    for (int index = 0; index < SQLSTATE_LENGTH; index++)
    {
        if (!isdigit((unsigned char) code[index]) && !isupper((unsigned char) code[index]))
            return NULL;
    }
    return code;
}

ProbeEvent
probe_failure_event(const char *message, bool server_spoke)
{
    const char *code = sqlstate_of(message);

    /* A server that sends an error is alive, unless the error is that it does not serve. */
    if (code != NULL)
    {
        bool serves_not = strncmp(code, CANNOT_CONNECT_NOW, SQLSTATE_LENGTH) == 0;

        return serves_not ? PROBE_REFUSED : PROBE_ANSWERED;
    }

    for (size_t index = 0; index < sizeof(system_errors) / sizeof(system_errors[0]); index++)
    {
        if (strstr(message, strerror(system_errors[index].number)) != NULL)
            return system_errors[index].event;
    }

    /* It asked for something that we do not have; or it hung up without a word. */
    return server_spoke ? PROBE_ANSWERED : PROBE_REFUSED;
}
