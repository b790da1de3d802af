using System.Text.Json;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Tools;
using Foreman.AgentLoop.Workspaces;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Tools;

/// <summary>Tools over a workspace of their own, called as the loop calls them.</summary>
internal sealed class ToolHarness : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Workspace _workspace;
    private readonly ToolRunner _runner;

    internal ToolHarness()
    {
        _workspace = Workspace.Open(_folder.Path);
        _runner = new ToolRunner(ToolCatalog.Of(ToolCatalog.AllNames), new ToolContext(_workspace), TimeProvider.System);
    }

    internal string Folder => _folder.Path;

    internal string Write(string path, string text) => _folder.Write(path, text);

    internal string Read(string path) => File.ReadAllText(_folder[path]);

    internal ToolOutcome Call(string tool, string arguments) => _runner.Run(new ToolCall("000000001", tool, arguments), CancellationToken.None);

    /// <summary>An edit by example.</summary>
    internal ToolOutcome Replace(string path, string oldText, string newText, int? expected = null) => Call(
        "str_replace",
        $$"""{"path":{{Quote(path)}},"old_string":{{Quote(oldText)}},"new_string":{{Quote(newText)}}{{(expected is { } n ? $",\"expected_replacements\":{n}" : "")}}}""");

    internal static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }
}
