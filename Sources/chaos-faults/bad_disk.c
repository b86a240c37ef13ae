/*
 * A disk that goes bad: loaded into PostgreSQL's processes before libc, it delays or fails what they write to files.
 *
 * The files of /tmp/bad-disk say what is wrong. Without that folder nothing is.
 *
 *   slow         each sync takes as many milliseconds as the file says
 *   sync-fails   no sync succeeds (EIO)
 *   write-fails  nothing is written (EIO)
 *   wal-full     no file in pg_wal grows (ENOSPC), as when it has a disk of its own
 *   hangs        neither writes nor syncs come back as long as the file is there
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/tmp/bad-disk"

/* What libc does. */
#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

static bool
is_on(const char *trouble)
{
	return access(trouble, F_OK) == 0;
}

static void
pause_ms(long ms)
{
	struct timespec time = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&time, &time) != 0 && errno == EINTR)
		;
}

/* Sockets and pipes have no disk. */
static bool
is_on_disk(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

static bool
is_wal(int fd)
{
	char link[32];
	char path[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof path - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return strstr(path, "/pg_wal/") != NULL;
}

static void
hang(void)
{
	while (is_on(FOLDER "/hangs"))
		pause_ms(50);
}

/* The error that writing up to this end of the file meets, or 0. */
static int
write_trouble(int fd, off_t end)
{
	struct stat status;
	int error = errno;
	int trouble = 0;

	if (is_on(FOLDER) && is_on_disk(fd))
	{
		hang();
		if (is_on(FOLDER "/write-fails"))
			trouble = EIO;
		else if (is_on(FOLDER "/wal-full") && is_wal(fd) && fstat(fd, &status) == 0 && end > status.st_size)
			trouble = ENOSPC;
	}
	errno = error;
	return trouble;
}

static int
sync_trouble(int fd)
{
	int error = errno;
	int trouble = 0;

	if (is_on(FOLDER) && is_on_disk(fd))
	{
		FILE *slow = fopen(FOLDER "/slow", "r");
		long ms;

		if (slow != NULL)
		{
			if (fscanf(slow, "%ld", &ms) == 1)
				pause_ms(ms);
			fclose(slow);
		}
		hang();
		if (is_on(FOLDER "/sync-fails"))
			trouble = EIO;
	}
	errno = error;
	return trouble;
}

static off_t
length_of(const struct iovec *parts, int count)
{
	off_t length = 0;

	for (int i = 0; i < count; i++)
		length += parts[i].iov_len;
	return length;
}

#define UNLESS(trouble, call) \
	do { \
		int met = (trouble); \
		if (met != 0) \
		{ \
			errno = met; \
			return -1; \
		} \
		return (call); \
	} while (0)

ssize_t
write(int fd, const void *bytes, size_t length)
{
	UNLESS(write_trouble(fd, 0), REAL(write)(fd, bytes, length));
}

ssize_t
pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	UNLESS(write_trouble(fd, offset + (off_t) length), REAL(pwrite)(fd, bytes, length, offset));
}

ssize_t
pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	UNLESS(write_trouble(fd, offset + length_of(parts, count)), REAL(pwritev)(fd, parts, count, offset));
}

int
fsync(int fd)
{
	UNLESS(sync_trouble(fd), REAL(fsync)(fd));
}

int
fdatasync(int fd)
{
	UNLESS(sync_trouble(fd), REAL(fdatasync)(fd));
}

/* The same under the names that some programs know them by. */
ssize_t pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));
ssize_t pwritev64(int, const struct iovec *, int, off_t) __attribute__((alias("pwritev")));
