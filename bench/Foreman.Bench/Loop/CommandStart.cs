using System.Diagnostics;
using System.Globalization;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>What the sandbox adds to the start of a command: the same command with and without it, in turns.</summary>
internal static class CommandStart
{
    private const int Rounds = 60;
    private const double Aim = 40;
    private const string Shell = "/bin/sh";

    private static string AimText => string.Create(CultureInfo.InvariantCulture, $"median ≤ {Aim} ms");

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        const string What = "what the sandbox adds to `sh -c true`";
        var (cage, why) = await Cages.FindAsync(Cages.OfHost(), time, stop);
        if (cage is null)
        {
            return [LoopRow.NotMeasured(What, why ?? "there is no sandbox", AimText)];
        }

        using var folder = new TempFolder("foreman-bench-");
        var (caged, plain) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round <= Rounds; round++)
        {
            var one = await CagedAsync(cage, folder.Path, time, stop);
            var other = await PlainAsync(folder.Path, time, stop);
            if (round > 0)
            {
                caged.Add(one);
                plain.Add(other);
            }
        }

        var (inside, outside) = (Percentiles.Of(caged), Percentiles.Of(plain));
        var added = inside.P50 - outside.P50;
        return
        [
            new(
                $"{What}, {Rounds} times in turns",
                string.Create(CultureInfo.InvariantCulture, $"median {added:0.0} ms ({inside.P50:0.0} ms against {outside.P50:0.0} ms), 99th percentile with it {inside.P99:0.0} ms"),
                AimText,
                added <= Aim),
        ];
    }

    private static async Task<TimeSpan> CagedAsync(Cage cage, string folder, TimeProvider time, CancellationToken stop)
    {
        var begun = time.GetTimestamp();
        var result = await cage.RunAsync(new CagePolicy { Workspace = folder }, new CageCommand { Program = Shell, Arguments = ["-c", "true"] }, stop);
        return result.ExitCode == 0 ? time.GetElapsedTime(begun) : throw new InvalidOperationException($"`true` ended with {result.ExitCode} in the sandbox: {result.Ended}");
    }

    private static async Task<TimeSpan> PlainAsync(string folder, TimeProvider time, CancellationToken stop)
    {
        var begun = time.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Shell, ["-c", "true"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop), process.WaitForExitAsync(stop));
        return time.GetElapsedTime(begun);
    }
}
