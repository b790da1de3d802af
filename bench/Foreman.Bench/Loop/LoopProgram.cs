using System.Diagnostics;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>Runs the program that measures the loop's own times: the one that FOREMAN_BENCH_LOOP names, compiled as people get the agent, else the Release build.</summary>
internal static class LoopProgram
{
    private const string Name = "foreman-loop-bench";

    /// <summary>Prints its rows; true when no aim was missed.</summary>
    public static async Task<bool> RunAsync(CancellationToken stop)
    {
        var path = Environment.GetEnvironmentVariable("FOREMAN_BENCH_LOOP") ?? RepositoryRoot.At($"artifacts/bin/Foreman.Loop.Bench/release/{Name}");
        using var program = Process.Start(new ProcessStartInfo(path) { UseShellExecute = false }) ?? throw new InvalidOperationException($"{path} can't be started");
        await program.WaitForExitAsync(stop);
        return program.ExitCode is 0 or 1 ? program.ExitCode == 0 : throw new InvalidOperationException($"{Name} ended with {program.ExitCode}");
    }
}
