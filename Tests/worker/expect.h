/*
 * Counts kept and broken promises.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdbool.h>

/* Counts the promise as kept, or prints it with the detail as broken. */
extern void expect(bool holds, const char *promise, const char *detail);

/* Prints "N passed, N failed"; returns the exit code of the program. */
extern int expect_summary(void);

/* What failed connections and host names mean; in connection_test.c. */
extern void tell_of_failures(void);
extern void tell_of_addresses(void);

#endif
