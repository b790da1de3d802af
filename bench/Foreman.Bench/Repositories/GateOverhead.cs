using System.Diagnostics;
using System.Globalization;
using Foreman.Api;
using Foreman.Bench.Loop;
using Foreman.Git;
using Foreman.Runner;
using Foreman.Runner.Gates;
using Foreman.Runner.Stages;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Bench.Repositories;

/// <summary>What a gate adds to the commands that it runs: the same commands over the same files with and without it, in turns.</summary>
internal static class GateOverhead
{
    private const int Modules = 1000;
    private const int Functions = 40;
    private const int Rounds = 7;
    private const double Aim = 0.05;

    private static string AimText => string.Create(CultureInfo.InvariantCulture, $"median ≤ {Aim * 100:0} %");

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"what a gate adds to the commands that it runs (Python, {Modules} files), {Rounds} times in turns");
        var (cage, why) = await Cages.FindAsync(Cages.OfHost(), time, stop);
        if (cage is null)
        {
            return [LoopRow.NotMeasured(what, why ?? "there is no sandbox", AimText)];
        }

        await using var bed = await RepositoryBed.StartAsync(time);
        var run = await bed.CheckOutAsync(bed.NewRun(await bed.CreateAsync("python", Sources.Python(Modules, Functions))), stop);
        var (ratios, bare, gated) = (new List<double>(), new List<TimeSpan>(), new List<TimeSpan>());

        // Both work in the same place each time and keep their caches: a file that takes the place of another costs more than a new one.
        using var folder = new TempFolder("foreman-bench-");
        for (var round = 0; round <= Rounds; round++)
        {
            var one = await BareAsync(run, folder, time, stop);
            var begun = time.GetTimestamp();
            var report = await RunGate.RunAsync(run, new CommandCage(cage, null), Redaction.OfForms, stop);
            var other = time.GetElapsedTime(begun);
            if (report.Verdict != Verdict.GatePass)
            {
                throw new InvalidOperationException($"the gate did not pass: {report.Summary}");
            }

            if (round > 0)
            {
                ratios.Add((other - one) / one);
                bare.Add(one);
                gated.Add(other);
            }
        }

        RepositoryBed.Remove(run);
        var ratio = ratios.Order().ElementAt(ratios.Count / 2);
        return
        [
            new(
                what,
                string.Create(CultureInfo.InvariantCulture, $"median {ratio * 100:0.0} % ({Percentiles.Of(gated).P50:0} ms against {Percentiles.Of(bare).P50:0} ms)"),
                AimText,
                ratio <= Aim),
        ];
    }

    // By hand: a shell for each command of the plan in a folder with the files, and the variables that the language needs.
    private static async Task<TimeSpan> BareAsync(RunRecord run, TempFolder folder, TimeProvider time, CancellationToken stop)
    {
        var tree = run.Repository!.Tree;
        var plan = GatePlanner.Plan(TreeReader.Read(tree.Workspace, await tree.FilesAsync(RepositoryTree.MaxFiles, stop)), null);
        if (Directory.Exists(folder["tree"]))
        {
            Directory.Delete(folder["tree"], recursive: true);
        }

        using (var copy = Process.Start("cp", ["-a", tree.Workspace, folder["tree"]]))
        {
            await copy.WaitForExitAsync(stop);
        }

        var begun = time.GetTimestamp();
        foreach (var check in plan.Checks)
        {
            var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec 2>&1\n{check.Command}\n"]) { WorkingDirectory = Path.Combine(folder["tree"], check.Folder), RedirectStandardOutput = true };
            foreach (var (name, value) in plan.Environment)
            {
                start.Environment[name] = value.Replace("{cache}", folder["cache"], StringComparison.Ordinal);
            }

            start.Environment["PATH"] = CageEnvironment.Default["PATH"];
            using var process = Process.Start(start)!;
            var said = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{check.Name} ended with {process.ExitCode}: {said}");
            }
        }

        return time.GetElapsedTime(begun);
    }
}
