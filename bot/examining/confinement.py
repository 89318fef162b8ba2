"""Limits that a child sets on itself before it reads a file: memory, time, files, the network.

Limits of memory and time hold on every system with ``setrlimit``. On Linux with Landlock and
seccomp, which need no rights, the child can open no path and make no socket, program or process.
Elsewhere these two are left out.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress

from bot.file_kinds import LARGEST
from bot.system.allocation import MEGABYTE, be_thrifty

DESCRIPTORS = 32
CPU_SECONDS = 4  # of one file
POLITE = 5  # nice: who writes to the bot goes first
FIRST_TO_DIE = "1000"  # if memory runs out, the kernel is to end this process and not the bot

# Of <sys/prctl.h>, <linux/seccomp.h>, <linux/landlock.h>: they never change.
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 38, 22
FILTER = 2
ALLOW, REFUSE, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # the last two: EPERM, ENOSYS
LOAD, EQUAL, AT_LEAST, HAS_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
THREAD = 0x00010000  # of clone: a thread of the same process
OTHER_NUMBERS = 0x40000000  # x86 has its calls a second time from here on
READ_FILE, READ_FOLDER = 1 << 2, 1 << 3
RULESET, RULE, RESTRICT = 444, 445, 446
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many Landlock knows by its version; then 16
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/local/lib")

# Calls that make a socket, a program or a process, or reach into another: for each machine the number
# of its architecture, those of clone, clone3 and prlimit, and those that are refused.
CALLS = {
    "x86_64": (
        *(0xC000003E, 56, 435, 302),
        # socket connect bind listen socketpair fork vfork execve kill ptrace tkill
        *(41, 42, 49, 50, 53, 57, 58, 59, 62, 101, 200),
        # mount add_key request_key keyctl unshare perf_event_open setns process_vm_readv, _writev
        *(165, 248, 249, 250, 272, 298, 308, 310, 311),
        # bpf execveat userfaultfd pidfd_send_signal io_uring_setup pidfd_open pidfd_getfd
        *(321, 322, 323, 424, 425, 434, 438),
    ),
    "aarch64": (
        *(0xC00000B7, 220, 435, 261),
        *(198, 203, 200, 201, 199, 221, 129, 117, 130),
        *(40, 217, 218, 219, 97, 241, 268, 270, 271),
        *(280, 281, 282, 424, 425, 434, 438),
    ),
}


def enter(megabytes: int, parent: int) -> list[str]:
    """Give up all that a look at a file does not need; return the names of the limits that hold.

    ``parent``: the id of the process that asks; if it is gone, this process ends.
    """
    held = []
    system = ctypes.CDLL(None, use_errno=True)
    os.nice(POLITE)
    if sys.platform == "linux":
        system.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        be_thrifty()
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123
            score.write(FIRST_TO_DIE)
    if os.getppid() != parent:
        sys.exit(0)
    for name, most in (
        ("AS", megabytes * MEGABYTE),
        ("FSIZE", LARGEST),
        ("NOFILE", DESCRIPTORS),
        ("CORE", 0),
    ):
        with suppress(ValueError, OSError):  # macOS keeps to some of them only
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
            held.append(name)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # to write too much is an error like others
    if sys.platform == "linux":
        held += [
            name for name, shut in (("files", _shut_files), ("calls", _shut_calls)) if shut(system)
        ]
    return held


def begin_a_file() -> None:
    """Allow ``CPU_SECONDS`` more of the processor; after them the kernel ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _shut_files(system: ctypes.CDLL) -> bool:
    """No file can be opened from here on but Python's own, to read: Landlock."""
    version = system.syscall(RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = (1 << RIGHTS.get(version, 16)) - 1
    # The network (TCP) from the fourth version on, sockets and signals to others from the sixth.
    attributes = [rights, *((3,) if version >= 4 else ()), *((3,) if version >= 6 else ())]
    about = struct.pack(f"={len(attributes)}Q", *attributes)
    ruleset = system.syscall(RULESET, about, len(about), 0)
    if ruleset < 0:
        return False
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    places = {*LIBRARIES, own, os.path.join(os.path.dirname(own), "config")}  # noqa: PTH118, PTH120
    for place in places | set(sysconfig.get_paths().values()):
        with suppress(OSError):
            folder = os.open(place, os.O_PATH | os.O_CLOEXEC)
            rule = struct.pack("=Qi", READ_FILE | READ_FOLDER, folder)
            system.syscall(RULE, ruleset, 1, rule, 0)
            os.close(folder)
    _give_up_rights(system)
    shut = system.syscall(RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return bool(shut)


def _shut_calls(system: ctypes.CDLL) -> bool:
    """No socket, program or process can be made from here on: seccomp."""
    if platform.machine() not in CALLS:
        return False
    architecture, clone, clone3, prlimit, *refused = CALLS[platform.machine()]
    step: Callable[..., bytes] = struct.Struct("=HBBI").pack
    lines = [
        step(LOAD, 0, 0, 4),
        *(step(EQUAL, 1, 0, architecture), step(RETURN, 0, 0, REFUSE)),
        step(LOAD, 0, 0, 0),
        *(step(AT_LEAST, 0, 1, OTHER_NUMBERS), step(RETURN, 0, 0, REFUSE)),
    ]
    for number in refused:
        lines += [step(EQUAL, 0, 1, number), step(RETURN, 0, 0, REFUSE)]
    lines += [step(EQUAL, 0, 1, clone3), step(RETURN, 0, 0, UNKNOWN)]  # its flags cannot be seen
    lines += [step(EQUAL, 0, 4, clone), step(LOAD, 0, 0, 16), step(HAS_BIT, 0, 1, THREAD)]
    lines += [step(RETURN, 0, 0, ALLOW), step(RETURN, 0, 0, REFUSE)]
    lines += [step(EQUAL, 0, 3, prlimit), step(LOAD, 0, 0, 16), step(EQUAL, 1, 0, 0)]  # of itself
    lines += [step(RETURN, 0, 0, REFUSE), step(RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(lines))
    program = struct.pack("HxxxxxxP", len(lines), ctypes.addressof(code))
    _give_up_rights(system)
    return bool(system.prctl(PR_SET_SECCOMP, FILTER, program) == 0)


def _give_up_rights(system: ctypes.CDLL) -> None:
    system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
