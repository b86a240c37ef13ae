/* Two system calls of Linux that Swift cannot reach: syscall() is variadic. */
#define _GNU_SOURCE
#include "CPidFD.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

int
autoctl_pidfd_open(pid_t pid)
{
	return (int) syscall(SYS_pidfd_open, pid, 0);
}

int
autoctl_pidfd_send_signal(int pidfd, int signal)
{
	return (int) syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
