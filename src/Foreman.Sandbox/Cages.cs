using Foreman.Primitives;
using Foreman.Sandbox.Bubblewrap;

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
                return (cage, candidate.Reason);
            }

            reasons.Add(fault);
        }

        reasons.Add(Missing());
        return (null, string.Join("; ", reasons.Where(r => r.Length > 0)));
    }

    /// <summary>Confines nothing: for a host without a sandbox whose admin runs commands all the same.</summary>
    /// <param name="time">The clock of time-outs.</param>
    public static Cage Unconfined(TimeProvider time) => new(new UnconfinedLauncher(), ControlGroups.Find(), time);

    /// <summary>What this host may have.</summary>
    public static IReadOnlyList<ICageLauncher> OfHost() =>
        OperatingSystem.IsLinux() && HelperPrograms.Find("bwrap") is { } bubblewrap ? [new BubblewrapLauncher(bubblewrap, HostTree.Real)] : [];

    private static string Missing() => !OperatingSystem.IsLinux() ? "this release confines commands on Linux only"
        : HelperPrograms.Find("bwrap") is null ? "bubblewrap is not installed: install the package bubblewrap"
        : "";

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
