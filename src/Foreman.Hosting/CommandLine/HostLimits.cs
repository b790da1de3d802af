using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Foreman.Hosting;

/// <summary>Tells limits of the host from defects of the program.</summary>
public static class HostLimits
{
    /// <summary>Files and connections that a daemon must be allowed to have open at once.</summary>
    internal const int LeastFiles = 128;

    // Below this a failure to open or load something may come from the limit, also one that names another cause.
    private const int EnoughFiles = 256;

    // Numbers that Linux and macOS share; .NET keeps them in HResult where it has no exception of its own for them.
    private const int TooManyFilesOfSystem = 23;
    private const int TooManyFilesOfProcess = 24;
    private const int NoSpace = 28;

    private const string RaiseLimit = "Raise its limit: `ulimit -n 4096` in the shell, LimitNOFILE=4096 in a systemd unit, NumberOfFiles in a launchd one";

    private static readonly Lazy<int?> OpenFiles = new(() => ReadOpenFiles("/proc/self/limits"));

    /// <summary>Why a daemon can't be started with the files that this process may open; null when it can.</summary>
    public static ExitException? Refusal() => Refusal(OpenFiles.Value);

    /// <summary>What ends the program and what to do about it; null when it is no limit of the host.</summary>
    /// <param name="fault">What was thrown.</param>
    public static ExitException? Explain(Exception fault) => Explain(fault, OpenFiles.Value);

    internal static ExitException? Refusal(int? openFiles) => openFiles is { } files && files < LeastFiles
        ? new(ExitCodes.BadConfiguration, FormattableString.Invariant($"this process may open {files} files at once and needs {LeastFiles}. {RaiseLimit}"))
        : null;

    internal static ExitException? Explain(Exception fault, int? openFiles)
    {
        for (Exception? e = fault; e is not null; e = e.InnerException)
        {
            switch (ErrorOf(e))
            {
                case TooManyFilesOfProcess:
                    return new(ExitCodes.TryAgain, $"no file descriptor is left for this process: {e.Message.TrimEnd('.')}. {RaiseLimit}", fault);
                case TooManyFilesOfSystem:
                    return new(ExitCodes.TryAgain, $"no file descriptor is left on this machine: {e.Message.TrimEnd('.')}. Raise fs.file-max, or stop what opens so many files", fault);
                case NoSpace:
                    return new(ExitCodes.TryAgain, $"a disk is full: {e.Message.TrimEnd('.')}. Make room there", fault);
            }
        }

        // A failure that names a file or a connection may come from a low limit without saying so; any other is what it says.
        return openFiles is { } files && files < EnoughFiles && IsOfFiles(fault)
            ? new(ExitCodes.TryAgain, FormattableString.Invariant($"{fault.Message.Trim().TrimEnd('.')}. This process may open {files} files at once, which may be too few. {RaiseLimit}"), fault)
            : null;
    }

    // By their names: where no file can be opened any more, a type of another assembly can't be loaded either.
    private static bool IsOfFiles(Exception fault)
    {
        for (Exception? e = fault; e is not null; e = e.InnerException)
        {
            if (e is IOException or TypeInitializationException or BadImageFormatException or TypeLoadException or DllNotFoundException
                || e.GetType().FullName is "System.Net.Sockets.SocketException" or "System.ComponentModel.Win32Exception")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The limit of open files as Linux tells it; null where there is none or it can't be read.</summary>
    internal static int? ReadOpenFiles(string path)
    {
        try
        {
            var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
            return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..]
                && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.HResult == TooManyFilesOfProcess ? 0 : null;
        }
    }

    // The name first: where no file can be opened any more, a type of another assembly can't be loaded either.
    private static int ErrorOf(Exception e) => e switch
    {
        IOException => e.HResult,
        _ when e.GetType().FullName is "System.Net.Sockets.SocketException" or "System.ComponentModel.Win32Exception" => NativeErrorOf(e),

        // Types of the framework that open a file when they are first used say so in their message only.
        _ when e.Message.Contains("Too many open files", StringComparison.Ordinal) => TooManyFilesOfProcess,
        _ => 0,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int NativeErrorOf(Exception e) =>
        e is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } ? TooManyFilesOfProcess : ((Win32Exception)e).NativeErrorCode;
}
