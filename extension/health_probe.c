/*
 * One health check of one node, as a state machine; see health_probe.h.
 */
#include "health_probe.h"

/* A wait that ends this much too late means that the machine, or this process, stood still; less is a busy machine. */
#define OVERSLEPT_MS 500

static ProbeAction
start_attempt(HealthProbe *probe, int64_t now_ms)
{
    probe->state = PROBE_CONNECTING;
    probe->attempts++;
    probe->deadline_ms = now_ms + probe->limits.timeout_ms;
    return PROBE_DO_CONNECT;
}

static ProbeAction
decide(HealthProbe *probe, ProbeAnswer answer)
{
    probe->state = PROBE_DECIDED;
    probe->answer = answer;
    return PROBE_DO_END;
}

static void
rest(HealthProbe *probe, int64_t since_ms)
{
    probe->state = PROBE_RESTING;
    probe->deadline_ms = since_ms + probe->limits.retry_delay_ms;
}

/* After a failed attempt: try again, or let this last attempt speak for the check. */
static ProbeAction
fail_attempt(HealthProbe *probe, ProbeAnswer answer, int64_t failed_at_ms, ProbeAction action)
{
    if (probe->attempts > probe->limits.max_retries)
        return decide(probe, answer);
    rest(probe, failed_at_ms);
    return action;
}

/* What comes of an attempt that is under way. */
static ProbeAction
advance_attempt(HealthProbe *probe, ProbeEvent event, int64_t now_ms)
{
    switch (event)
    {
        case PROBE_ANSWERED:
            return decide(probe, ANSWER_ANSWERED);
        case PROBE_REFUSED:
            return fail_attempt(probe, ANSWER_REFUSED, now_ms, PROBE_DO_CLOSE);
        case PROBE_UNREACHABLE:
            return fail_attempt(probe, ANSWER_SILENT, now_ms, PROBE_DO_CLOSE);
        case PROBE_UNABLE:
            /* It was no attempt, so it does not count as one. */
            probe->attempts--;
            rest(probe, now_ms);
            return PROBE_DO_CLOSE;
        case PROBE_TIME_PASSED:
            /*
             * It failed when its time was over, however late a busy worker looks. But a lost packet is sent again
             * only later, the first one of a connection after a second.
             */
            if (now_ms >= probe->deadline_ms)
                return fail_attempt(probe, ANSWER_SILENT, probe->deadline_ms, PROBE_DO_KEEP);
            return PROBE_DO_NOTHING;
        case PROBE_BEGIN:
        case PROBE_PROGRESS:
            break;
    }
    return PROBE_DO_NOTHING;
}

ProbeAction
probe_advance(HealthProbe *probe, ProbeEvent event, int64_t now_ms)
{
    switch (probe->state)
    {
        /* Nothing under way: only a new round starts something. */
        case PROBE_IDLE:
        case PROBE_DECIDED:
            if (event != PROBE_BEGIN)
                return PROBE_DO_NOTHING;
            probe->attempts = 0;
            return start_attempt(probe, now_ms);

        /* An attempt is open: the server, the network or the clock ends it. */
        case PROBE_CONNECTING:
            return advance_attempt(probe, event, now_ms);

        /* Between two attempts: the clock counts, and who answers an earlier one; a new round waits for this one. */
        case PROBE_RESTING:
            if (event == PROBE_ANSWERED)
                return decide(probe, ANSWER_ANSWERED);
            if (event == PROBE_TIME_PASSED && now_ms >= probe->deadline_ms)
                return start_attempt(probe, now_ms);
            return PROBE_DO_NOTHING;
    }
    return PROBE_DO_NOTHING;
}

int64_t
probe_deadline(const HealthProbe *probe)
{
    if (probe->state == PROBE_CONNECTING || probe->state == PROBE_RESTING)
        return probe->deadline_ms;
    return PROBE_NO_DEADLINE;
}

void
probe_give_time(HealthProbe *probe, int64_t waited_ms)
{
    if (probe->state == PROBE_CONNECTING)
        probe->deadline_ms += waited_ms;
}

int64_t
probe_lost_in_wait(int64_t entered_ms, int64_t planned_ms, int64_t left_ms)
{
    int64_t waited_ms = left_ms - entered_ms;

    return waited_ms > planned_ms + OVERSLEPT_MS ? waited_ms : 0;
}

const char *
probe_answer_name(ProbeAnswer answer)
{
    switch (answer)
    {
        case ANSWER_ANSWERED:
            return "answered";
        case ANSWER_REFUSED:
            return "refused";
        case ANSWER_SILENT:
            return "silent";
        case ANSWER_UNKNOWN:
            break;
    }
    return "unknown";
}
