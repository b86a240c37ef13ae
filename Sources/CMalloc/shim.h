#ifndef CMALLOC_SHIM_H
#define CMALLOC_SHIM_H

#include <malloc.h>

/* The macro's negative value is one that Swift does not import. */
static const int malloc_arena_max = M_ARENA_MAX;

#endif
