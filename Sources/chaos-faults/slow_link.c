/*
 * A slow link: `slow_link DEVICE INTERFACE DELAY_MS BYTES_PER_S` makes the tun device DEVICE, and sends what is routed
 * into it out by INTERFACE, so much later and no faster than so many bytes a second. Packets that arrive while the
 * queue is full are lost. When it ends the device is gone, and its routes with it. Needs root.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define QUEUE 512

struct packet
{
	long long due_ns;
	ssize_t length;
	char bytes[2048];
};

static struct packet queue[QUEUE];

static long long
now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void
fail(const char *what)
{
	perror(what);
	exit(1);
}

static int
open_device(const char *name)
{
	struct ifreq request = {0};
	int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	if (device < 0)
		fail("/dev/net/tun");
	request.ifr_flags = IFF_TUN | IFF_NO_PI;
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(device, TUNSETIFF, &request) < 0)
		fail(name);
	return device;
}

/* What goes out here takes the interface's own routes, and not the one into the device again. */
static int
open_way_out(const char *interface)
{
	int way = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);

	if (way < 0 || setsockopt(way, SOL_SOCKET, SO_BINDTODEVICE, interface, strlen(interface) + 1) < 0)
		fail(interface);
	return way;
}

static void
send_packet(int way, const struct packet *packet)
{
	struct sockaddr_in target = {.sin_family = AF_INET};

	target.sin_addr.s_addr = ((const struct iphdr *) packet->bytes)->daddr;
	/* One that cannot be sent now is lost, as on any link. */
	if (sendto(way, packet->bytes, packet->length, 0, (struct sockaddr *) &target, sizeof target) < 0)
		perror("sendto");
}

int
main(int count, char **words)
{
	long long delay_ns, rate, last_due_ns = 0;
	unsigned first = 0, next = 0;
	int device, way;

	if (count != 5)
	{
		fprintf(stderr, "usage: slow_link DEVICE INTERFACE DELAY_MS BYTES_PER_S\n");
		return 2;
	}
	delay_ns = atoll(words[3]) * 1000000;
	rate = atoll(words[4]);
	device = open_device(words[1]);
	way = open_way_out(words[2]);
	for (;;)
	{
		struct pollfd event = {.fd = device, .events = POLLIN};
		struct timespec wait = {0};
		long long left_ns = first == next ? -1 : queue[first % QUEUE].due_ns - now_ns();

		if (left_ns > 0)
		{
			wait.tv_sec = left_ns / 1000000000;
			wait.tv_nsec = left_ns % 1000000000;
		}
		if (ppoll(&event, 1, first == next ? NULL : &wait, NULL) < 0 && errno != EINTR)
			fail("ppoll");
		while (first != next && queue[first % QUEUE].due_ns <= now_ns())
			send_packet(way, &queue[first++ % QUEUE]);
		for (;;)
		{
			static struct packet lost;
			struct packet *packet = next - first == QUEUE ? &lost : &queue[next % QUEUE];
			long long due_ns = now_ns() + delay_ns;

			packet->length = read(device, packet->bytes, sizeof packet->bytes);
			if (packet->length < (ssize_t) sizeof(struct iphdr))
				break;
			/* Nobody routes anything but IPv4 here; what the kernel says of itself on a new device is no affair of ours. */
			if (packet == &lost || (packet->bytes[0] & 0xf0) != 0x40)
				continue;
			if (due_ns < last_due_ns)
				due_ns = last_due_ns;
			last_due_ns = due_ns + packet->length * 1000000000LL / rate;
			packet->due_ns = last_due_ns;
			next++;
		}
	}
}
