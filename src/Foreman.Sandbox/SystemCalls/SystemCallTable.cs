namespace Foreman.Sandbox.SystemCalls;

/// <summary>Numbers of the system calls that the filter names; null where a processor has none of that name.</summary>
/// <param name="Name">As the kernel names it.</param>
/// <param name="X64">On 64-bit x86.</param>
/// <param name="Arm64">On 64-bit ARM.</param>
internal sealed record SystemCallNumber(string Name, int? X64, int? Arm64);

/// <summary>System calls that commands are refused, whatever their arguments.</summary>
internal static class SystemCallTable
{
    /// <summary>The last number that the filter knows: newer calls are answered as unknown to the kernel.</summary>
    internal const uint LastKnown = 462;

    /// <summary>Refused with EPERM: other processes, mounts, namespaces, the kernel itself, keys, clocks.</summary>
    internal static readonly SystemCallNumber[] Forbidden =
    [
        new("ptrace", 101, 117), new("process_vm_readv", 310, 270), new("process_vm_writev", 311, 271), new("kcmp", 312, 272),
        new("pidfd_getfd", 438, 438), new("process_madvise", 440, 440), new("process_mrelease", 448, 448),
        new("mount", 165, 40), new("umount2", 166, 39), new("pivot_root", 155, 41), new("chroot", 161, 51), new("move_mount", 429, 429),
        new("open_tree", 428, 428), new("fsopen", 430, 430), new("fsconfig", 431, 431), new("fsmount", 432, 432), new("fspick", 433, 433),
        new("mount_setattr", 442, 442), new("setns", 308, 268), new("unshare", 272, 97),
        new("open_by_handle_at", 304, 265), new("name_to_handle_at", 303, 264), new("fanotify_init", 300, 262),
        new("swapon", 167, 224), new("swapoff", 168, 225), new("reboot", 169, 142), new("kexec_load", 246, 104), new("kexec_file_load", 320, 294),
        new("init_module", 175, 105), new("finit_module", 313, 273), new("delete_module", 176, 106),
        new("bpf", 321, 280), new("perf_event_open", 298, 241), new("userfaultfd", 323, 282),
        new("add_key", 248, 217), new("request_key", 249, 218), new("keyctl", 250, 219),
        new("io_uring_setup", 425, 425), new("io_uring_enter", 426, 426), new("io_uring_register", 427, 427),
        new("quotactl", 179, 60), new("quotactl_fd", 443, 443), new("acct", 163, 89),
        new("settimeofday", 164, 170), new("clock_settime", 227, 112), new("clock_adjtime", 305, 266), new("adjtimex", 159, 171),
        new("sethostname", 170, 161), new("setdomainname", 171, 162), new("iopl", 172, null), new("ioperm", 173, null),
        new("modify_ldt", 154, null), new("uselib", 134, null), new("syslog", 103, 116), new("vhangup", 153, 58), new("lookup_dcookie", 212, 18),
        new("ioprio_set", 251, 30), new("migrate_pages", 256, 238), new("move_pages", 279, 239), new("memfd_secret", 447, 447),
    ];

    /// <summary>System V objects and message queues, which processes of one IPC namespace share; refused with EPERM where the command has none of its own.</summary>
    internal static readonly SystemCallNumber[] SharedObjects =
    [
        new("mq_open", 240, 180), new("shmget", 29, 194), new("shmat", 30, 196), new("shmctl", 31, 195),
        new("msgget", 68, 186), new("msgsnd", 69, 189), new("msgrcv", 70, 188), new("msgctl", 71, 187),
        new("semget", 64, 190), new("semop", 65, 193), new("semctl", 66, 191), new("semtimedop", 220, 192),
    ];

    /// <summary>Refused as not supported, which programs that copy files take for an answer.</summary>
    internal static readonly SystemCallNumber[] Unsupported =
    [
        new("setxattr", 188, 5), new("lsetxattr", 189, 6), new("fsetxattr", 190, 7),
        new("removexattr", 197, 14), new("lremovexattr", 198, 15), new("fremovexattr", 199, 16),
    ];

    /// <summary>Owner and group of a file, refused with EPERM as for a file of somebody else: Landlock guards neither, and a path can't be looked at by a filter.</summary>
    internal static readonly SystemCallNumber[] OfOwners = [new("chown", 92, null), new("fchown", 93, 55), new("lchown", 94, null), new("fchownat", 260, 54)];

    /// <summary>Calls that name a process: only the caller itself is allowed, which is 0.</summary>
    internal static readonly SystemCallNumber[] OfOneself =
    [
        new("prlimit64", 302, 261), new("sched_setaffinity", 203, 122), new("sched_setscheduler", 144, 119), new("sched_setparam", 142, 118), new("sched_setattr", 314, 274),
    ];

    /// <summary>Calls that set the mode of a file, and which argument it is.</summary>
    internal static readonly (SystemCallNumber Call, int Mode)[] OfModes =
    [
        (new("chmod", 90, null), 1), (new("fchmod", 91, 52), 1), (new("fchmodat", 268, 53), 2), (new("fchmodat2", 452, 452), 2),
        (new("creat", 85, null), 1), (new("mknod", 133, null), 1), (new("mknodat", 259, 33), 2),
    ];

    internal static readonly SystemCallNumber Clone = new("clone", 56, 220);
    internal static readonly SystemCallNumber Clone3 = new("clone3", 435, 435);
    internal static readonly SystemCallNumber Socket = new("socket", 41, 198);
    internal static readonly SystemCallNumber SocketPair = new("socketpair", 53, 199);
    internal static readonly SystemCallNumber DeviceControl = new("ioctl", 16, 29);
    internal static readonly SystemCallNumber SetPriority = new("setpriority", 141, 140);
    internal static readonly SystemCallNumber Truncate = new("truncate", 76, 45);
    internal static readonly SystemCallNumber Open = new("open", 2, null);
    internal static readonly SystemCallNumber OpenAt = new("openat", 257, 56);
    internal static readonly SystemCallNumber OpenAt2 = new("openat2", 437, 437);
}
