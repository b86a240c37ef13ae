/*
 * The queue of jobs of one thread, filled through the hook that Swift's runtime offers.
 */
#include "CJobStage.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))

typedef struct Job Job;
typedef SWIFT void (*Enqueue)(Job *job);

/* Of Swift's runtime: called for every job that is given to the global executor. */
extern SWIFT void (*swift_task_enqueueGlobal_hook)(Job *job, Enqueue original);
/* Of Swift's runtime: runs a job on an executor, which is no object and no witness: the global one. */
extern SWIFT void swift_job_run(Job *job, void *executor, uintptr_t witness);

typedef struct Entry
{
    Job *job;
    struct Entry *next;
} Entry;

static _Thread_local bool is_on_stage;
static _Thread_local Entry *first;
static _Thread_local Entry *last;
/* Entries to be used again. */
static _Thread_local Entry *spare;

static SWIFT void
take_job(Job *job, Enqueue original)
{
    if (!is_on_stage)
    {
        original(job);
        return;
    }

    Entry *entry = spare;

    if (entry != NULL)
        spare = entry->next;
    else if ((entry = malloc(sizeof(Entry))) == NULL)
        abort();
    *entry = (Entry){.job = job, .next = NULL};
    if (first == NULL)
        first = entry;
    else
        last->next = entry;
    last = entry;
}

static void
install_hook(void)
{
    swift_task_enqueueGlobal_hook = take_job;
}

void
job_stage_enter(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, install_hook);
    is_on_stage = true;
}

void
job_stage_leave(void)
{
    is_on_stage = false;
    while (spare != NULL)
    {
        Entry *entry = spare;

        spare = entry->next;
        free(entry);
    }
}

bool
job_stage_run_next(void)
{
    Entry *entry = first;

    if (entry == NULL)
        return false;
    first = entry->next;

    Job *job = entry->job;

    entry->next = spare;
    spare = entry;
    swift_job_run(job, NULL, 0);
    return true;
}
