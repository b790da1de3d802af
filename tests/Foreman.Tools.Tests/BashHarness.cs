using Foreman.Api;
using Foreman.Sandbox;
using Foreman.Testing;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests;

/// <summary>All tools of this release over a workspace of their own, with the cage that this host has.</summary>
internal sealed class BashHarness : IDisposable
{
    private static readonly Lazy<Task<(Cage? Cage, string? Reason)>> Found =
        new(() => Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None));

    private readonly TempFolder _folder = new();
    private readonly RecordingLogger _logger = new();

    /// <summary>The workspace.</summary>
    internal string Folder => _folder.Path;

    /// <summary>What a command may use up.</summary>
    internal CageLimits Limits { get; set; } = new();

    /// <summary>Runs a command, and returns what the model gets.</summary>
    internal string Run(string command, int seconds = 20) => Call(KnownTools.Bash, $$"""{"command":{{ToolHarness.Quote(command)}}}""", seconds);

    /// <summary>Calls a tool, and returns what the model gets.</summary>
    internal string Call(string tool, string arguments, int seconds = 20)
    {
        var cage = CageAsync().GetAwaiter().GetResult();
        var settings = new ToolSettings(TimeSpan.FromSeconds(30)) { Cage = cage, CommandTimeout = TimeSpan.FromSeconds(seconds), CommandLimits = Limits };
        using var tools = new ToolDispatcher(ToolCatalog.Of(KnownTools.Names), Workspace.Open(Folder), settings, TimeProvider.System, _logger);
        return tools.RunAsync(new ToolCall("000000001", tool, arguments), CancellationToken.None).AsTask().GetAwaiter().GetResult().Text;
    }

    /// <summary>The cage that this host has; skips the running test where it has none.</summary>
    internal static async Task<Cage> CageAsync()
    {
        var (cage, reason) = await Found.Value;
        Assert.SkipWhen(cage is null, $"this host has no sandbox: {reason}");
        return cage;
    }

    public void Dispose() => _folder.Dispose();
}
