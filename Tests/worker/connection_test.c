/*
 * What a failed connection says about a server, and which address a host's name means.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "expect.h"
#include "node_address.h"
#include "probe_failure.h"

/* What failed attempts say; the texts of system errors come from strerror(), as in libpq. */
void
tell_of_failures(void)
{
    static const struct
    {
        const char *text;
        int system_error; /* appended as text, unless 0 */
        bool spoke;
        ProbeEvent event;
    } failures[] = {
        {"connection to server at \"a\" (10.0.0.1), port 5432 failed: FATAL:  28000\n", 0, true,
         PROBE_ANSWERED},
        {"connection to server at \"a\" (10.0.0.1), port 5432 failed: FATAL:  53300\n", 0, true,
         PROBE_ANSWERED},
        {"connection to server at \"a\" (10.0.0.1), port 5432 failed: FATAL:  57P03\n", 0, true,
         PROBE_REFUSED},
        {"… failed: FATAL:  57P03\nconnection to server at … failed: FATAL:  28000\n", 0, true,
         PROBE_ANSWERED},
        {"connection to server at … failed: FATAL:  28000\n… failed: FATAL:  57P03\n", 0, true,
         PROBE_REFUSED},
        {"Verbindung zum Server … fehlgeschlagen: FATAL:  3D000\n", 0, true, PROBE_ANSWERED},
        {"connection to server at … failed: ", ECONNREFUSED, false, PROBE_REFUSED},
        {"could not receive data from server: ", ECONNRESET, false, PROBE_REFUSED},
        {"connection to server at … failed: ", EHOSTUNREACH, false, PROBE_UNREACHABLE},
        {"connection to server at … failed: ", ENETUNREACH, false, PROBE_UNREACHABLE},
        {"connection to server at … failed: ", ETIMEDOUT, false, PROBE_UNREACHABLE},
        {"could not create socket: ", EMFILE, false, PROBE_UNABLE},
        {"out of memory: ", ENOMEM, false, PROBE_UNABLE},
        {"server closed the connection unexpectedly\n", 0, false, PROBE_REFUSED},
        {"GSSAPI continuation error\n", 0, true, PROBE_ANSWERED},
        {"57P03", 0, false, PROBE_REFUSED},
        {"", 0, false, PROBE_REFUSED},
    };

    for (size_t index = 0; index < sizeof(failures) / sizeof(failures[0]); index++)
    {
        char message[300];
        bool appends = failures[index].system_error != 0;

        snprintf(message, sizeof(message), "%s%s", failures[index].text,
                 appends ? strerror(failures[index].system_error) : "");
        expect(probe_failure_event(message, failures[index].spoke) == failures[index].event,
               "a failure is judged by what it says", message);
    }
}

void
tell_of_addresses(void)
{
    NodeAddress literal = {0};
    NodeAddress several = {0};
    NodeAddress unknown = {0};
    const char *text = node_address_next(&literal, "127.0.0.1", false, 0);

    expect(text != NULL && strcmp(text, "127.0.0.1") == 0 && literal.literal,
           "an address is its own name", "it was looked up");
    node_address_failed(&literal);
    expect(node_address_next(&literal, "127.0.0.1", false, 1) == text,
           "the only address stays", "it went");
    text = node_address_next(&literal, "::1", false, 100000);
    expect(text != NULL && strcmp(text, "127.0.0.1") == 0,
           "an address is never looked up again", "it was");

    several = (NodeAddress) {.text = {"::1", "127.0.0.1"}, .count = 2, .looked_up = true};
    node_address_failed(&several);
    expect(strcmp(node_address_next(&several, "twice.invalid", true, 1), "127.0.0.1") == 0,
           "a failed attempt is followed by one at the next address", "it was not");
    expect(strcmp(node_address_next(&several, "twice.invalid", true, 2), "127.0.0.1") == 0,
           "the address that answered stays", "it went");
    text = node_address_next(&several, "/no/host/at/all", true, 60000);
    expect(text != NULL && several.looked_up_at_ms == 60000,
           "while a name means nothing, what it meant is kept", "it was forgotten");

    expect(node_address_next(&unknown, "/no/host/at/all", false, 5) == NULL,
           "a name that means nothing has no address", "it has one");
    node_address_failed(&unknown);
    node_address_next(&unknown, "/no/host/at/all", false, 10004);
    expect(unknown.looked_up_at_ms == 5, "names are not looked up at every attempt", "they are");
    node_address_next(&unknown, "/no/host/at/all", false, 10005);
    expect(unknown.looked_up_at_ms == 10005, "names are looked up again", "they are not");
}
