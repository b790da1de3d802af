using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>The host's real sandbox, in which the installed MCP servers are to be seen: a copy of their thousands of files for each run would take longer than the run.</summary>
internal static class InstalledServers
{
    /// <summary>The best sandbox of this host; skips the running test where it has none or the servers are not installed.</summary>
    internal static async Task<Cage> CageAsync()
    {
        var modules = Path.Combine(RealParts.McpServers.PathOrSkip(), "node_modules");
        var (cage, why) = await Cages.FindAsync([.. Cages.OfHost().Select(l => new Showing(l, modules))], TimeProvider.System, CancellationToken.None);
        Assert.SkipWhen(cage is null, $"this host has no sandbox: {why}");
        return cage!;
    }

    /// <summary>Makes them known to programs of a workspace.</summary>
    /// <param name="workspace">Its folder.</param>
    internal static void LinkIn(string workspace) =>
        Directory.CreateSymbolicLink(Path.Combine(workspace, "node_modules"), Path.Combine(RealParts.McpServers.PathOrSkip(), "node_modules"));

    /// <summary>Confines as another one does, and lets one more folder be read.</summary>
    private sealed class Showing(ICageLauncher inner, string folder) : ICageLauncher
    {
        public CageMode Mode => inner.Mode;

        public string? Reason => inner.Reason;

        public bool EndsWithFirstProcess => inner.EndsWithFirstProcess;

        public string? FilterPath => inner.FilterPath;

        public IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command) =>
            inner.Plan(policy with { ReadOnlyPaths = [.. policy.ReadOnlyPaths, folder] }, command);
    }
}
