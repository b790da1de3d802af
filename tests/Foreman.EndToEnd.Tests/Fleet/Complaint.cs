using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>What a program says when it can't do what it was told: one clear message, the right exit code, no stack trace.</summary>
public static class Complaint
{
    /// <summary>Runs the program to its end and checks how it complains.</summary>
    /// <param name="program">The program.</param>
    /// <param name="exitCode">Exit code that it must end with.</param>
    /// <param name="said">Words that must stand in what it says on standard error.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task ExpectAsync(string program, int exitCode, string[] said, params string[] arguments)
    {
        using var home = new TempFolder();
        var run = await CommandRun.RunAsync(new ProcessRequest
        {
            Program = program,
            Arguments = arguments,
            WorkingDirectory = home.Path,
            Environment = new Dictionary<string, string?> { ["HOME"] = home.Path, ["XDG_STATE_HOME"] = null },
        });

        var all = $"{run.Command} ended with {run.ExitCode}:\n{run.Error}{run.Output}";
        Assert.True(run.ExitCode == exitCode, $"expected exit code {exitCode}; {all}");
        Assert.All(said, word => Assert.True(run.Error.Contains(word, StringComparison.OrdinalIgnoreCase), $"expected '{word}'; {all}"));
        Assert.DoesNotContain("Unhandled exception", all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(@"(?m)^\s+at [\w.<>`]+\(", all);
    }
}
