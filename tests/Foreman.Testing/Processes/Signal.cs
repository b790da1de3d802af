using System.Globalization;
using System.Runtime.InteropServices;

namespace Foreman.Testing;

/// <summary>Signals of POSIX that tests send.</summary>
public enum Signal
{
    /// <summary>Ctrl-C.</summary>
    Interrupt,

    /// <summary>Asked to end.</summary>
    Terminate,

    /// <summary>Ended at once, without a word.</summary>
    Kill,

    /// <summary>Held: gets no processor until <see cref="Continue"/>.</summary>
    Stop,

    /// <summary>Goes on after <see cref="Stop"/>.</summary>
    Continue,
}

/// <summary>kill(2).</summary>
public static class Signals
{
    /// <summary>Sends a signal to a process, or with a negative id to a process group. False when there is none.</summary>
    public static bool Send(int processId, Signal signal) => Kill(processId, Number(signal)) == 0;

    /// <summary>Whether this process ignores a signal, as one does that a shell started in the background. Known on Linux only.</summary>
    public static bool IsIgnored(Signal signal)
    {
        const string Key = "SigIgn:";
        var line = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal))
            : null;
        return line is not null && (ulong.Parse(line.AsSpan(Key.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (Number(signal) - 1) & 1) == 1;
    }

    private static int Number(Signal signal) => signal switch
    {
        Signal.Interrupt => 2,
        Signal.Terminate => 15,
        Signal.Kill => 9,
        Signal.Stop => OperatingSystem.IsMacOS() ? 17 : 19,
        Signal.Continue => OperatingSystem.IsMacOS() ? 19 : 18,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
