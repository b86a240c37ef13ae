/*
 * Counts kept and broken promises.
 */
#include <stdio.h>

#include "expect.h"

static int passed;
static int failed;

void
expect(bool holds, const char *promise, const char *detail)
{
    if (holds)
    {
        passed++;
        return;
    }
    failed++;
    printf("FAILED: %s: %s\n", promise, detail);
}

int
expect_summary(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
