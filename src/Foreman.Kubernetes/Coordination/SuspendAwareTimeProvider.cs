using System.Runtime.InteropServices;

namespace Foreman.Kubernetes;

/// <summary>
/// The system's clock with timestamps that go on while the machine sleeps: <c>CLOCK_BOOTTIME</c> on Linux, the raw monotonic
/// clock on macOS; elsewhere, or where those can't be read, the timestamps of <see cref="TimeProvider.System"/>, which on
/// Windows count sleep already. A lease runs out while its holder sleeps, so its age must be measured by such a clock.
/// Timers are the system's: they do not fire during sleep and come late after it, so ask the clock, don't wait for a timer.
/// </summary>
public sealed partial class SuspendAwareTimeProvider : TimeProvider
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    // clock ids of clock_gettime(2)
    private const int LinuxBootTime = 7;
    private const int MacMonotonicRaw = 4;

    private static readonly Func<long>? Source = Find();

    private SuspendAwareTimeProvider()
    {
    }

    /// <summary>The one clock of this machine.</summary>
    public static SuspendAwareTimeProvider Instance { get; } = new();

    /// <summary>True where timestamps count the time that the machine sleeps, because a clock that does was found.</summary>
    public static bool CountsSuspend => Source is not null;

    /// <inheritdoc/>
    public override long TimestampFrequency => Source is null ? base.TimestampFrequency : NanosecondsPerSecond;

    /// <summary>This clock instead of <see cref="TimeProvider.System"/>; any other clock unchanged.</summary>
    /// <param name="time">The requested clock.</param>
    public static TimeProvider ReplaceSystem(TimeProvider time) => ReferenceEquals(time, System) ? Instance : time;

    /// <inheritdoc/>
    public override long GetTimestamp() => Source is { } source ? source() : base.GetTimestamp();

    private static Func<long>? Find()
    {
        Func<long>? source = OperatingSystem.IsLinux() ? ReadLinux : OperatingSystem.IsMacOS() ? ReadMac : null;
        try
        {
            return source?.Invoke() > 0 ? source : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static long ReadLinux() =>
        ClockGetTime(LinuxBootTime, out var time) == 0 ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds : 0;

    private static long ReadMac() => (long)ClockGetTimeNanoseconds(MacMonotonicRaw);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "clock_gettime_nsec_np")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial ulong ClockGetTimeNanoseconds(int clock);

    /// <summary>timespec: time_t and long have the size of a pointer on every Linux that .NET runs on.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
