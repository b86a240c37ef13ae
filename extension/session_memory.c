/*
 * What a session has freed goes back to the machine. The C library keeps it otherwise, behind what is still in use.
 */
#include "postgres.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "fmgr.h"

PGDLLEXPORT PG_FUNCTION_INFO_V1(pgautofailover_release_memory);

Datum
pgautofailover_release_memory(PG_FUNCTION_ARGS)
{
#ifdef __GLIBC__
    (void) malloc_trim(0);
#endif
    PG_RETURN_VOID();
}
