/*
 * One health check of one node, as a state machine. It performs nothing and knows no clock: it is
 * told what happened and when, and says what to do. It needs no header of the server, so that a
 * test can drive it alone.
 */
#ifndef PGAUTOFAILOVER_HEALTH_PROBE_H
#define PGAUTOFAILOVER_HEALTH_PROBE_H

#include <stdint.h>

typedef enum ProbeState
{
    PROBE_IDLE,       /* nothing is known yet and nothing is under way */
    PROBE_CONNECTING, /* an attempt is under way, until the deadline */
    PROBE_RESTING,    /* an attempt failed; the next one starts at the deadline, unless an earlier one is answered */
    PROBE_DECIDED     /* the check has ended with an answer */
} ProbeState;

typedef enum ProbeEvent
{
    PROBE_BEGIN,       /* a new round of health checks starts */
    PROBE_TIME_PASSED, /* look at the clock */
    PROBE_PROGRESS,    /* the attempt goes on */
    PROBE_ANSWERED,    /* the server spoke: it let us in, wants a password, or sent an error */
    PROBE_REFUSED,     /* the host lives and nobody serves there, or the server says not yet */
    PROBE_UNREACHABLE, /* the attempt failed without a word from the host */
    PROBE_UNABLE       /* the monitor itself could not try; says nothing about the node */
} ProbeEvent;

typedef enum ProbeAction
{
    PROBE_DO_NOTHING,
    PROBE_DO_CONNECT, /* start an attempt */
    PROBE_DO_CLOSE,   /* end the attempt that is under way */
    PROBE_DO_KEEP,    /* leave it open: answered later, it still ends the check */
    PROBE_DO_END      /* the check has ended, and with it all of its attempts */
} ProbeAction;

typedef enum ProbeAnswer
{
    ANSWER_UNKNOWN,
    ANSWER_ANSWERED,
    ANSWER_REFUSED,
    ANSWER_SILENT
} ProbeAnswer;

/* The settings of a check, fixed when it begins. */
typedef struct ProbeLimits
{
    int timeout_ms;     /* how long an attempt may take before it counts as failed */
    int max_retries;    /* attempts after the first */
    int retry_delay_ms; /* between a failed attempt and the next */
} ProbeLimits;

typedef struct HealthProbe
{
    ProbeState state;
    ProbeAnswer answer;  /* of the last check; meaningful once PROBE_DECIDED */
    int attempts;        /* of this check, the one under way included */
    int64_t deadline_ms; /* when the state ends by itself; see ProbeState */
    ProbeLimits limits;
} HealthProbe;

#define PROBE_NO_DEADLINE INT64_MAX

/*
 * Takes the event at that time, and returns what is to be done. Times are monotonic. Of an attempt that was kept
 * only PROBE_ANSWERED is an event; where it fails otherwise it has failed already.
 */
extern ProbeAction probe_advance(HealthProbe *probe, ProbeEvent event, int64_t now_ms);

/* When the probe wants to hear PROBE_TIME_PASSED, or PROBE_NO_DEADLINE. */
extern int64_t probe_deadline(const HealthProbe *probe);

/* Its word waited so long to be heard: the attempt that is under way may take so much longer. */
extern void probe_give_time(HealthProbe *probe, int64_t waited_ms);

/* How much of a wait counts as not listening: all of it, if it ended far too late. */
extern int64_t probe_lost_in_wait(int64_t entered_ms, int64_t planned_ms, int64_t left_ms);

/* The word for an answer that the monitor's SQL understands. */
extern const char *probe_answer_name(ProbeAnswer answer);

#endif
