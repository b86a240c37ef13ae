/*
 * The differences between the supported server versions (13 to 18), and nowhere else.
 */
#ifndef PGAUTOFAILOVER_COMPAT_H
#define PGAUTOFAILOVER_COMPAT_H

#include "commands/async.h"
#include "fmgr.h"
#include "storage/latch.h"
#include "utils/guc.h"

/* A wait event set that its owner frees; 17 replaced the memory context by a resource owner. */
#if PG_VERSION_NUM >= 170000
#define compat_create_wait_event_set(size) CreateWaitEventSet(NULL, (size))
#else
#define compat_create_wait_event_set(size) CreateWaitEventSet(CurrentMemoryContext, (size))
#endif

/* Makes a setting of our prefix that we did not define an error. */
#if PG_VERSION_NUM >= 150000
#define compat_reserve_prefix(prefix) MarkGUCPrefixReserved(prefix)
#else
#define compat_reserve_prefix(prefix) EmitWarningsOnPlaceholders(prefix)
#endif

/* Before 15, a background worker wakes the listeners of its notifications itself. */
#if PG_VERSION_NUM >= 150000
#define compat_wake_listeners() ((void) 0)
#else
#define compat_wake_listeners() ProcessCompletedNotifies()
#endif

/* Since 18 the library also says which version it is. */
#ifdef PG_MODULE_MAGIC_EXT
#define COMPAT_MODULE_MAGIC(name_, version_) \
    PG_MODULE_MAGIC_EXT(.name = (name_), .version = (version_))
#else
#define COMPAT_MODULE_MAGIC(name_, version_) PG_MODULE_MAGIC
#endif

#endif
