"""The system-call filter: a table of what is refused, and an assembler of our own that makes the kernel's program of it.

Covers: foreign and x32 calls end the process; numbers that this table does not know are answered "not implemented", so
that a newer kernel opens nothing; new namespaces, mounts, tracing, keys, io_uring, every socket family but AF_UNIX.
Does not cover: files (the mount namespace does), amounts (limits do). Needs no libseccomp.

Where there are no namespaces (tier B) a run is one of the user's own processes, and Landlock looks at what is opened
alone: `WEAKER` refuses besides what would change a file or a process by its name or number.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

KILL, ALLOW = 0x80000000, 0x7FFF0000
EPERM, ENOSYS = 0x00050000 | 1, 0x00050000 | 38
ENOTTY, EOPNOTSUPP = 0x00050000 | 25, 0x00050000 | 95
LAST_KNOWN = 462
"""The highest number in the tables that were read for this policy (mseal); anything newer does not exist."""

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000

Numbers = tuple[int | None, int | None]

# name: (x86_64, aarch64); None where the architecture has no such call
REFUSED: dict[str, Numbers] = {
    # other processes and their memory
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # wide surfaces of the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "modify_ldt": (154, None),
    "iopl": (172, None),
    "ioperm": (173, None),
    # the machine itself
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "uselib": (134, None),
    "vhangup": (153, 58),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    # files past the mount namespace
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    # memory that no limit counts
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mlock": (149, 228),
    "mlock2": (325, 284),
    "mlockall": (151, 230),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
    # would see what the host opens in folders that are shown, and takes from the user's quota
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    # keys outlive a run; real-time scheduling starves the machine
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
}

# answered as an old kernel would, so that callers fall back to what the filter can inspect
ABSENT: dict[str, Numbers] = {
    "clone3": (435, 435),
    "io_setup": (206, 0),  # takes from a quota of the whole machine
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "set_mempolicy": (238, 237),
    "mbind": (237, 235),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "set_mempolicy_home_node": (450, 450),
}

# answered as a file system without it would: libraries then write, and the disk's limit sees it grow
UNSUPPORTED: dict[str, Numbers] = {"fallocate": (285, 47)}

CLONE, IOCTL, FCNTL, SOCKET, SOCKETPAIR, PRLIMIT, PERSONALITY = (
    (56, 220),
    (16, 29),
    (72, 25),
    (41, 198),
    (53, 199),
    (302, 261),
    (135, 92),
)
SETPRIORITY, SCHED_SETAFFINITY = (141, 140), (203, 122)
NAMESPACES = 0x7E020000
"""CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID and NET."""
CLONE_FILES, CLONE_THREAD = 0x400, 0x10000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
F_SETLEASE, F_NOTIFY = 1024, 1026
"""They work on a read-only file: the host's own open() of the script would wait for the run to let go."""
AF_UNIX, SOCK_TYPE, SOCK_STREAM, SOCK_SEQPACKET = 1, 0xF, 1, 5

# tier B ---------------------------------------------------------------------------------------------------------------

WEAKER: dict[int, dict[str, Numbers]] = {
    EPERM: {
        # files that one may name but not open: their modes, owners and times
        "chmod": (90, None),
        "fchmod": (91, 52),
        "fchmodat": (268, 53),
        "fchmodat2": (452, 452),
        "chown": (92, None),
        "lchown": (94, None),
        "fchown": (93, 55),
        "fchownat": (260, 54),
        "utime": (132, None),
        "utimes": (235, None),
        "futimesat": (261, None),
        "utimensat": (280, 88),
        # what happens in a folder that one may not read
        # no socket is made but the two ends of a local pipe, and those go nowhere else
        "socket": (41, 198),
        "bind": (49, 200),
        "listen": (50, 201),
        "accept": (43, 202),
        "accept4": (288, 242),
        "connect": (42, 203),
        # the user's other processes
        "ioprio_set": (251, 30),
        "process_mrelease": (448, 448),
    },
    # as on a disk that has none, which programs that copy files take as an answer
    EOPNOTSUPP: {
        "setxattr": (188, 5),
        "lsetxattr": (189, 6),
        "fsetxattr": (190, 7),
        "getxattr": (191, 8),
        "lgetxattr": (192, 9),
        "fgetxattr": (193, 10),
        "listxattr": (194, 11),
        "llistxattr": (195, 12),
        "flistxattr": (196, 13),
        "removexattr": (197, 14),
        "lremovexattr": (198, 15),
        "fremovexattr": (199, 16),
    },
}
IOCTLS = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS and TCGETS2 (is it a terminal?), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX and FIOCLEX. Others would change flags of
files that are open for reading alone."""

_LOAD, _JUMP_EQ, _JUMP_GT, _JUMP_SET, _AND, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x54, 0x06
_NR, _ARCH, _ARGS = 0, 4, 16


@dataclass(frozen=True)
class _Op:
    code: int
    jump_true: int
    jump_false: int
    k: int

    def packed(self) -> bytes:
        return struct.pack("=HBBI", self.code, self.jump_true, self.jump_false, self.k)


def _ret(action: int) -> _Op:
    return _Op(_RETURN, 0, 0, action)


def _load(offset: int) -> _Op:
    return _Op(_LOAD, 0, 0, offset)


def _low(argument: int) -> _Op:
    """The low half of an argument: the kernel's ioctl and socket look at no more, so neither may the filter."""
    return _load(_ARGS + 8 * argument)


def _high(argument: int) -> _Op:
    return _load(_ARGS + 8 * argument + 4)


def _when(number: int, body: list[_Op]) -> list[_Op]:
    """Run `body`, which ends in a return on every way, for one call."""
    return [_Op(_JUMP_EQ, 0, len(body), number), *body]


def program(machine: str, *, weaker: bool = False) -> bytes:
    """The filter for `x86_64` or `aarch64`, as an array of `struct sock_filter`.

    Args:
        machine: as the kernel names it.
        weaker: for tier B, where there are no namespaces; refuses more.

    Raises:
        KeyError: another machine.
    """
    column = list(AUDIT_ARCH).index(machine) if machine in AUDIT_ARCH else -1
    if column < 0:
        raise KeyError(machine)
    ops = [_load(_ARCH), _Op(_JUMP_EQ, 1, 0, AUDIT_ARCH[machine]), _ret(KILL), _load(_NR)]
    if machine == "x86_64":
        ops += [_Op(_JUMP_SET, 0, 1, X32_BIT), _ret(KILL)]
    ops += [_Op(_JUMP_GT, 0, 1, LAST_KNOWN), _ret(ENOSYS)]
    # the first answer to a call counts: where both tiers look at one, tier B's is the stricter
    tables = [(EPERM, REFUSED), (ENOSYS, ABSENT), (EOPNOTSUPP, UNSUPPORTED)]
    for action, table in [*(WEAKER.items() if weaker else ()), *tables]:
        for numbers in table.values():
            number = numbers[column]
            if number is not None:
                ops += _when(number, [_ret(action)])
    for numbers, body in [*(_inspected_in_weaker().items() if weaker else ()), *_inspected().items()]:
        ops += _when(numbers[column], body)
    ops.append(_ret(ALLOW))
    return b"".join(op.packed() for op in ops)


def _inspected_in_weaker() -> dict[tuple[int, int], list[_Op]]:
    known = [_Op(_JUMP_EQ, len(IOCTLS) - place, 0, number) for place, number in enumerate(IOCTLS)]
    return {
        IOCTL: [_low(1), *known, _ret(ENOTTY), _ret(ALLOW)],
        SETPRIORITY: [_low(0), _Op(_JUMP_EQ, 0, 2, 0), _low(1), _Op(_JUMP_EQ, 1, 0, 0), _ret(EPERM), _ret(ALLOW)],
        SCHED_SETAFFINITY: [_low(0), _Op(_JUMP_EQ, 1, 0, 0), _ret(EPERM), _ret(ALLOW)],
    }


def _neither(first: int, second: int) -> list[_Op]:
    """Refuse two commands, which are a call's second argument."""
    return [_low(1), _Op(_JUMP_EQ, 1, 0, first), _Op(_JUMP_EQ, 0, 1, second), _ret(EPERM), _ret(ALLOW)]


def _inspected() -> dict[tuple[int, int], list[_Op]]:
    return {
        # a thread with descriptors of its own could hold deleted files where nobody counts them
        CLONE: [
            _low(0),
            _Op(_JUMP_SET, 2, 0, NAMESPACES),
            _Op(_JUMP_SET, 0, 2, CLONE_THREAD),
            _Op(_JUMP_SET, 1, 0, CLONE_FILES),
            _ret(EPERM),
            _ret(ALLOW),
        ],
        IOCTL: _neither(TIOCSTI, TIOCLINUX),
        FCNTL: _neither(F_SETLEASE, F_NOTIFY),
        SOCKET: [_low(0), _Op(_JUMP_EQ, 1, 0, AF_UNIX), _ret(EPERM), _ret(ALLOW)],
        # a datagram pair could be connected anew to another address
        SOCKETPAIR: [
            _low(0),
            _Op(_JUMP_EQ, 0, 4, AF_UNIX),
            _low(1),
            _Op(_AND, 0, 0, SOCK_TYPE),
            _Op(_JUMP_EQ, 2, 0, SOCK_STREAM),
            _Op(_JUMP_EQ, 1, 0, SOCK_SEQPACKET),
            _ret(EPERM),
            _ret(ALLOW),
        ],
        PRLIMIT: [
            _low(0),
            _Op(_JUMP_EQ, 0, 2, 0),
            _high(0),
            _Op(_JUMP_EQ, 1, 0, 0),
            _ret(EPERM),
            _ret(ALLOW),
        ],
        PERSONALITY: [_low(0), _Op(_JUMP_EQ, 2, 0, 0), _Op(_JUMP_EQ, 1, 0, 0xFFFFFFFF), _ret(EPERM), _ret(ALLOW)],
    }
