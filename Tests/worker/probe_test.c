/*
 * Stories of health checks: what happens, when, and what the probe asks for and concludes.
 */
#include <stdio.h>

#include "expect.h"
#include "health_probe.h"

#define STEPS_MAX 12

/* Limits of every story: an attempt takes at most 1000 ms, two more follow, 200 ms apart. */
static const ProbeLimits limits = {.timeout_ms = 1000, .max_retries = 2, .retry_delay_ms = 200};

/* One event, and what must come of it. */
typedef struct Step
{
    int64_t at_ms;
    ProbeEvent event;
    ProbeAction action;
    ProbeState state;
    ProbeAnswer answer; /* compared once the state is PROBE_DECIDED */
} Step;

typedef struct Story
{
    const char *promise;
    int count;
    Step steps[STEPS_MAX];
} Story;

static const Story stories[] = {
    {"a server that answers is known at once", 3, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1, PROBE_PROGRESS, PROBE_DO_NOTHING, PROBE_CONNECTING, 0},
        {2, PROBE_ANSWERED, PROBE_DO_END, PROBE_DECIDED, ANSWER_ANSWERED}}},
    {"a closed port is refused after all attempts, without waiting out a timeout", 8, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1, PROBE_REFUSED, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {200, PROBE_TIME_PASSED, PROBE_DO_NOTHING, PROBE_RESTING, 0},
        {201, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {202, PROBE_REFUSED, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {402, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {403, PROBE_REFUSED, PROBE_DO_END, PROBE_DECIDED, ANSWER_REFUSED},
        {404, PROBE_TIME_PASSED, PROBE_DO_NOTHING, PROBE_DECIDED, ANSWER_REFUSED}}},
    {"a mute server is silent after three timeouts", 8, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {999, PROBE_TIME_PASSED, PROBE_DO_NOTHING, PROBE_CONNECTING, 0},
        {1000, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {1200, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {2200, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {2400, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {3399, PROBE_TIME_PASSED, PROBE_DO_NOTHING, PROBE_CONNECTING, 0},
        {3400, PROBE_TIME_PASSED, PROBE_DO_END, PROBE_DECIDED, ANSWER_SILENT}}},
    {"a worker that looks late does not make the pause longer", 5, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1150, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {1200, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {2450, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {2450, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0}}},
    {"nor does it cut an attempt short", 4, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1300, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {1300, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {2299, PROBE_TIME_PASSED, PROBE_DO_NOTHING, PROBE_CONNECTING, 0}}},
    {"an answer after failed attempts is an answer", 4, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {5, PROBE_REFUSED, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {205, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {210, PROBE_ANSWERED, PROBE_DO_END, PROBE_DECIDED, ANSWER_ANSWERED}}},
    {"the last attempt speaks for the check", 7, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1000, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {1200, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1201, PROBE_UNREACHABLE, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {1401, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1402, PROBE_PROGRESS, PROBE_DO_NOTHING, PROBE_CONNECTING, 0},
        {1403, PROBE_REFUSED, PROBE_DO_END, PROBE_DECIDED, ANSWER_REFUSED}}},
    {"an unreachable host is silent, sooner than the timeout", 6, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1, PROBE_UNREACHABLE, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {201, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {202, PROBE_UNREACHABLE, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {402, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {403, PROBE_UNREACHABLE, PROBE_DO_END, PROBE_DECIDED, ANSWER_SILENT}}},
    {"what the monitor cannot try is no attempt, and no answer ever comes of it", 10, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {0, PROBE_UNABLE, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {200, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {200, PROBE_UNABLE, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {400, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {400, PROBE_UNABLE, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {600, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {600, PROBE_UNABLE, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {800, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {801, PROBE_REFUSED, PROBE_DO_CLOSE, PROBE_RESTING, 0}}},
    {"a new round does not disturb a check under way", 5, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {900, PROBE_BEGIN, PROBE_DO_NOTHING, PROBE_CONNECTING, 0},
        {1000, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {1050, PROBE_BEGIN, PROBE_DO_NOTHING, PROBE_RESTING, 0},
        {1200, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0}}},
    {"a new round starts anew, with all its attempts", 7, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1, PROBE_REFUSED, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {201, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {202, PROBE_ANSWERED, PROBE_DO_END, PROBE_DECIDED, ANSWER_ANSWERED},
        {1000, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1001, PROBE_REFUSED, PROBE_DO_CLOSE, PROBE_RESTING, 0},
        {1201, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0}}},
    {"an attempt that is answered late still ends the check, between two attempts", 3, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1000, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {1100, PROBE_ANSWERED, PROBE_DO_END, PROBE_DECIDED, ANSWER_ANSWERED}}},
    {"and while another is under way", 4, {
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1000, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {1200, PROBE_TIME_PASSED, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1300, PROBE_ANSWERED, PROBE_DO_END, PROBE_DECIDED, ANSWER_ANSWERED}}},
    {"what comes too early or too late changes nothing", 7, {
        {0, PROBE_ANSWERED, PROBE_DO_NOTHING, PROBE_IDLE, 0},
        {0, PROBE_TIME_PASSED, PROBE_DO_NOTHING, PROBE_IDLE, 0},
        {0, PROBE_BEGIN, PROBE_DO_CONNECT, PROBE_CONNECTING, 0},
        {1000, PROBE_TIME_PASSED, PROBE_DO_KEEP, PROBE_RESTING, 0},
        {1002, PROBE_REFUSED, PROBE_DO_NOTHING, PROBE_RESTING, 0},
        {1003, PROBE_ANSWERED, PROBE_DO_END, PROBE_DECIDED, ANSWER_ANSWERED},
        {1004, PROBE_REFUSED, PROBE_DO_NOTHING, PROBE_DECIDED, ANSWER_ANSWERED}}},
};

static void
tell(const Story *story)
{
    HealthProbe probe = {.limits = limits};

    for (int index = 0; index < story->count; index++)
    {
        const Step *step = &story->steps[index];
        ProbeAction action = probe_advance(&probe, step->event, step->at_ms);
        bool waits = probe_deadline(&probe) != PROBE_NO_DEADLINE;
        char detail[120];

        snprintf(detail, sizeof(detail), "step %d at %d ms: action %d, state %d, answer %s",
                 index + 1, (int) step->at_ms, (int) action, (int) probe.state,
                 probe_answer_name(probe.answer));
        if (action != step->action || probe.state != step->state ||
            (step->state == PROBE_DECIDED && probe.answer != step->answer) ||
            waits != (step->state == PROBE_CONNECTING || step->state == PROBE_RESTING))
        {
            expect(false, story->promise, detail);
            return;
        }
    }
    expect(true, story->promise, "");
}

static void
tell_of_lost_time(void)
{
    expect(probe_lost_in_wait(0, 1000, 1000) == 0, "a wait as planned loses nothing", "it did");
    expect(probe_lost_in_wait(0, 1000, 1400) == 0, "a busy machine wakes late and has heard all",
           "it has not");
    expect(probe_lost_in_wait(0, 1000, 9000) == 9000, "a machine that slept heard nothing",
           "it did");
}

/* A server's word waits in its socket while the worker does something else for long. */
static void
tell_of_a_long_turn(void)
{
    HealthProbe heard = {.limits = limits};
    HealthProbe silent = {.limits = limits};
    int64_t after = limits.timeout_ms + 300;

    probe_advance(&heard, PROBE_BEGIN, 0);
    probe_advance(&silent, PROBE_BEGIN, 0);
    probe_give_time(&heard, after);
    probe_advance(&heard, PROBE_PROGRESS, after);
    probe_advance(&heard, PROBE_TIME_PASSED, after);
    probe_advance(&silent, PROBE_TIME_PASSED, after);
    expect(heard.state == PROBE_CONNECTING, "whose word waited is given the time back", "it was not");
    expect(silent.state == PROBE_RESTING, "who was silent all the while is not", "it was");
    probe_give_time(&silent, 1000);
    expect(silent.deadline_ms == limits.timeout_ms + limits.retry_delay_ms, "nor is the pause longer", "it is");
}

int
main(void)
{
    for (size_t index = 0; index < sizeof(stories) / sizeof(stories[0]); index++)
        tell(&stories[index]);
    tell_of_lost_time();
    tell_of_a_long_turn();
    tell_of_failures();
    tell_of_addresses();

    return expect_summary();
}
