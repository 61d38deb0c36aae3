#!/usr/bin/env python3
"""A poor line between this machine and a network namespace, packet by packet: delay, rate and loss each way.

What `tc netem` does, without the kernel having it: two tunnel devices, and this program between their ends. TCP on
both sides is the kernel's own, so that what is lost is sent again as on a real line.

    link.py NAMESPACE HOST_ADDRESS PHONE_ADDRESS DELAY_MS KBIT LOSS SEED

Says `ready` when the line stands. A line `loss 0.3` on its input changes the loss. Ends with its input.
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
TUN, NO_PACKET_INFORMATION = 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
# As many packets as netem holds by default; what comes on top is dropped.
MOST_QUEUED = 1000


def open_tunnel(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), TUN | NO_PACKET_INFORMATION))
    return device


def enter(namespace):
    if ctypes.CDLL(None, use_errno=True).setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "the namespace cannot be entered")


def run(*command):
    subprocess.run(command, check=True)


class Direction:
    """One way of the line: packets leave one after the other at its rate, and arrive after the delay."""

    def __init__(self, target, delay, bytes_a_second):
        self.target, self.delay, self.bytes_a_second = target, delay, bytes_a_second
        self.free_at, self.queue, self.n = 0.0, [], 0

    def take(self, packet, now, is_lost):
        if is_lost or len(self.queue) >= MOST_QUEUED:
            return
        self.free_at = max(self.free_at, now) + len(packet) / self.bytes_a_second
        self.n += 1
        heapq.heappush(self.queue, (self.free_at + self.delay, self.n, packet))

    def deliver(self, now):
        while self.queue and self.queue[0][0] <= now:
            packet = heapq.heappop(self.queue)[2]
            try:
                os.write(self.target, packet)
            except OSError:
                pass  # The device's own queue is full: one more lost packet.


def main():
    namespace, host, phone, delay, kbit, loss, seed = sys.argv[1:]
    name = f"xf{os.getpid() % 100000}"
    ours, theirs = os.open("/proc/self/ns/net", os.O_RDONLY), os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    here = open_tunnel(f"{name}h")
    run("ip", "addr", "add", f"{host}/32", "peer", phone, "dev", f"{name}h")
    run("ip", "link", "set", f"{name}h", "up", "mtu", "1500")
    enter(theirs)
    there = open_tunnel(f"{name}p")
    enter(ours)
    inside = ("ip", "-n", namespace)
    run(*inside, "addr", "add", f"{phone}/32", "peer", host, "dev", f"{name}p")
    run(*inside, "link", "set", f"{name}p", "up", "mtu", "1500")
    run(*inside, "link", "set", "lo", "up")

    chance, loss = random.Random(int(seed)), float(loss)
    ways = {here: Direction(there, int(delay) / 1000, int(kbit) * 125), there: Direction(here, int(delay) / 1000, int(kbit) * 125)}
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        due = min((way.queue[0][0] for way in ways.values() if way.queue), default=now + 1)
        readable, _, _ = select.select([here, there, sys.stdin], [], [], max(0.0, due - now))
        now = time.monotonic()
        for source in readable:
            if source is sys.stdin:
                said = sys.stdin.readline()
                if not said:
                    return
                loss = float(said.split()[1])
                continue
            while True:
                try:
                    packet = os.read(source, 65536)
                except BlockingIOError:
                    break
                ways[source].take(packet, now, chance.random() < loss)
        for way in ways.values():
            way.deliver(time.monotonic())


main()
