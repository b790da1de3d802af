using Foreman.Primitives;
using Foreman.Sandbox.Bubblewrap;
using Foreman.Sandbox.Landlock;
using Foreman.Sandbox.Seatbelt;

namespace Foreman.Sandbox;

/// <summary>Which cage this host can offer.</summary>
public static class Cages
{
    private static readonly TimeSpan TrialLimit = TimeSpan.FromSeconds(10);

    /// <summary>The best cage that works here: each candidate runs a command once before it is trusted.</summary>
    /// <param name="candidates">From the best to the worst; see <see cref="OfHost"/>.</param>
    /// <param name="time">The clock of time-outs.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The cage, or null and why there is none.</returns>
    public static Task<(Cage? Cage, string? Reason)> FindAsync(IReadOnlyList<ICageLauncher> candidates, TimeProvider time, CancellationToken cancellationToken) =>
        FindAsync(candidates, time, () => Directory.CreateTempSubdirectory("foreman-cage-"), cancellationToken);

    // The workspace of each trial is made by the function.
    internal static async Task<(Cage? Cage, string? Reason)> FindAsync(
        IReadOnlyList<ICageLauncher> candidates, TimeProvider time, Func<DirectoryInfo> newFolder, CancellationToken cancellationToken)
    {
        var groups = ControlGroups.Find();
        var reasons = new List<string>();
        foreach (var candidate in candidates)
        {
            var cage = new Cage(candidate, groups, time);
            if (await FaultAsync(cage, newFolder, cancellationToken).ConfigureAwait(false) is not { } fault)
            {
                return (cage, candidate.Reason is null ? null : Join([candidate.Reason, .. reasons, .. Missing()]));
            }

            reasons.Add(fault);
        }

        return (null, Join([.. reasons, .. Missing()]));
    }

    private static string Join(IEnumerable<string> reasons) => string.Join("; ", reasons);

    /// <summary>Confines nothing: for a host without a sandbox whose admin runs commands all the same.</summary>
    /// <param name="time">The clock of time-outs.</param>
    public static Cage Unconfined(TimeProvider time) => new(new UnconfinedLauncher(), ControlGroups.Find(), time);

    /// <summary>What this host may have, the best first.</summary>
    public static IReadOnlyList<ICageLauncher> OfHost()
    {
        var candidates = new List<ICageLauncher>();
        if (OperatingSystem.IsLinux() && HelperPrograms.Find("bwrap") is { } bubblewrap)
        {
            candidates.Add(new BubblewrapLauncher(bubblewrap, HostTree.Real, LandlockLauncher.OwnProgram()));
        }

        if (LandlockLauncher.OfProcess() is { } landlock)
        {
            candidates.Add(landlock);
        }

        if (OperatingSystem.IsMacOS())
        {
            candidates.Add(new SeatbeltLauncher());
        }

        return candidates;
    }

    private static IEnumerable<string> Missing()
    {
        if (OperatingSystem.IsMacOS())
        {
            yield break;
        }

        if (!OperatingSystem.IsLinux())
        {
            yield return "this release confines commands on Linux and macOS only";
            yield break;
        }

        if (HelperPrograms.Find("bwrap") is null)
        {
            yield return "bubblewrap is not installed: install the package bubblewrap";
        }

        if (LandlockLauncher.WhyNot(Kernel.User(), Kernel.LandlockVersion()) is { } reason)
        {
            yield return reason;
        }
    }

    private static async Task<string?> FaultAsync(Cage cage, Func<DirectoryInfo> newFolder, CancellationToken cancellationToken)
    {
        DirectoryInfo? folder = null;
        try
        {
            folder = newFolder();
            var result = await cage.RunAsync(
                new CagePolicy { Workspace = folder.FullName },
                new CageCommand { Program = "/bin/sh", Arguments = ["-c", "echo works > file && cat file"], Timeout = TrialLimit },
                cancellationToken).ConfigureAwait(false);
            return result.ExitCode == 0 ? null
                : $"{cage.Mode} isolation does not work here: {result.Ended ?? Printable.Line(System.Text.Encoding.UTF8.GetString(result.Errors.Head.Span), 300)}";
        }
        catch (CageException e)
        {
            return $"{cage.Mode} isolation does not work here: {e.Message}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{cage.Mode} isolation can't be tried here: {e.Message}";
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }
}
