namespace Foreman.Sandbox.Landlock;

/// <summary>What Landlock is told of a path.</summary>
/// <param name="Path">Absolute; everything below it is meant too.</param>
/// <param name="Access">Kinds of access.</param>
internal sealed record PathRule(string Path, FileAccessKinds Access);

/// <summary>The kinds of access to files that Landlock knows; the values are the kernel's.</summary>
[Flags]
internal enum FileAccessKinds : ulong
{
    None = 0,
    Execute = 1 << 0,
    WriteFile = 1 << 1,
    ReadFile = 1 << 2,
    ReadDirectory = 1 << 3,
    RemoveDirectory = 1 << 4,
    RemoveFile = 1 << 5,
    MakeCharacterDevice = 1 << 6,
    MakeDirectory = 1 << 7,
    MakeFile = 1 << 8,
    MakeSocket = 1 << 9,
    MakePipe = 1 << 10,
    MakeBlockDevice = 1 << 11,
    MakeLink = 1 << 12,
    MoveBetween = 1 << 13,
    Truncate = 1 << 14,
    ControlDevice = 1 << 15,
}

/// <summary>What a command may do with files, as Landlock's rules. What no rule allows is refused.</summary>
internal static class LandlockRules
{
    private const FileAccessKinds Read = FileAccessKinds.ReadFile | FileAccessKinds.ReadDirectory;
    private const FileAccessKinds Run = Read | FileAccessKinds.Execute;
    private const FileAccessKinds Device = FileAccessKinds.ReadFile | FileAccessKinds.WriteFile | FileAccessKinds.ControlDevice;

    // No devices: not even a process with the right to make them may.
    private const FileAccessKinds Change = Run | FileAccessKinds.WriteFile | FileAccessKinds.RemoveDirectory | FileAccessKinds.RemoveFile
        | FileAccessKinds.MakeDirectory | FileAccessKinds.MakeFile | FileAccessKinds.MakeSocket | FileAccessKinds.MakePipe | FileAccessKinds.MakeLink
        | FileAccessKinds.MoveBetween | FileAccessKinds.Truncate;

    private const FileAccessKinds OfFiles =
        FileAccessKinds.Execute | FileAccessKinds.WriteFile | FileAccessKinds.ReadFile | FileAccessKinds.Truncate | FileAccessKinds.ControlDevice;

    private static readonly string[] Programs = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    // Their environments and memory stay unreadable: Landlock refuses that across its border.
    private static readonly string[] Facts = ["/proc", "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup"];

    private static readonly string[] Devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

    /// <summary>The rules of a cage.</summary>
    /// <param name="workspace">May be changed.</param>
    /// <param name="temporary">May be changed.</param>
    /// <param name="readable">May be read and executed.</param>
    internal static IReadOnlyList<PathRule> Of(string workspace, string temporary, IEnumerable<string> readable) =>
    [
        .. Programs.Concat(readable).Select(p => new PathRule(p, Run)),
        .. Facts.Select(p => new PathRule(p, Read)),
        .. Devices.Select(p => new PathRule(p, Device)),
        new(workspace, Change),
        new(temporary, Change),
    ];

    /// <summary>Every kind that a version of Landlock guards.</summary>
    /// <param name="version">From 1.</param>
    internal static FileAccessKinds Guarded(int version) => (FileAccessKinds)((1UL << (version switch { 1 => 13, 2 => 14, 3 or 4 => 15, _ => 16 })) - 1);

    /// <summary>What a rule may say of a path in a version.</summary>
    /// <param name="access">What is meant.</param>
    /// <param name="isDirectory">Rules on a file may name kinds of files only.</param>
    /// <param name="version">From 1.</param>
    internal static FileAccessKinds Applicable(FileAccessKinds access, bool isDirectory, int version) =>
        access & Guarded(version) & (isDirectory ? ~FileAccessKinds.None : OfFiles);
}
