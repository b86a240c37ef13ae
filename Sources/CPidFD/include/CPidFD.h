#pragma once
#include <sys/types.h>

/* A descriptor that becomes readable when the process has ended; -1 with errno
 * set when there is no such process. The caller closes it. */
int autoctl_pidfd_open(pid_t pid);

/* Sends a signal to exactly the process that the descriptor was opened for;
 * -1 with errno set when it has gone. */
int autoctl_pidfd_send_signal(int pidfd, int signal);
