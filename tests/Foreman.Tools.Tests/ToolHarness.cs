using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests;

/// <summary>Tools over a workspace of their own, called as the loop calls them.</summary>
internal sealed class ToolHarness : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ToolDispatcher _dispatcher;

    internal ToolHarness(ToolCatalog? catalog = null, TimeProvider? time = null, TimeSpan? timeout = null, ToolSettings? settings = null, string? results = null) => _dispatcher = new ToolDispatcher(
        catalog ?? ToolCatalog.Of(KnownTools.Names), Workspace.Open(_folder.Path), settings ?? new ToolSettings(timeout ?? TimeSpan.FromSeconds(30)), time ?? TimeProvider.System, Logged)
    {
        ResultsDirectory = results,
    };

    /// <summary>The budget of a call that nothing stops.</summary>
    internal static ToolBudget Unlimited => new(TimeProvider.System, TimeSpan.FromMinutes(10), CancellationToken.None);

    internal RecordingLogger Logged { get; } = new();

    internal string Folder => _folder.Path;

    internal string Write(string path, string text) => _folder.Write(path, text);

    /// <summary>Writes a file of one part again and again, in blocks: the process need not hold it.</summary>
    /// <param name="path">Below the workspace.</param>
    /// <param name="part">What it repeats, whole each time.</param>
    /// <param name="length">The most bytes of it.</param>
    /// <param name="end">What stands behind.</param>
    internal string WriteRepeated(string path, string part, int length, string end = "")
    {
        var times = Math.Max(1, (64 << 10) / part.Length);
        var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, times)));
        var left = length / part.Length;
        using var file = File.Create(_folder[path]);
        for (; left > 0; left -= times)
        {
            file.Write(block, 0, Math.Min(left, times) * (block.Length / times));
        }

        file.Write(Encoding.UTF8.GetBytes(end));
        return _folder[path];
    }

    internal string MakeFolder(string path) => _folder.MakeFolder(path);

    internal string WriteBytes(string path, byte[] content)
    {
        File.WriteAllBytes(_folder[path], content);
        return _folder[path];
    }

    internal byte[] ReadBytes(string path) => File.ReadAllBytes(_folder[path]);

    internal string Read(string path) => File.ReadAllText(_folder[path]);

    /// <summary>Calls a tool that returns soon and waits for it.</summary>
    internal ToolOutcome Call(string tool, string arguments) => CallAsync(tool, arguments, CancellationToken.None).GetAwaiter().GetResult();

    internal Task<ToolOutcome> CallAsync(string tool, string arguments, CancellationToken cancellationToken) =>
        _dispatcher.RunAsync(new ToolCall("000000001", tool, arguments), cancellationToken).AsTask();

    /// <summary>An edit by example.</summary>
    internal ToolOutcome Replace(string path, string oldText, string newText, int? expected = null) => Call(
        "str_replace",
        $$"""{"path":{{Quote(path)}},"old_string":{{Quote(oldText)}},"new_string":{{Quote(newText)}}{{(expected is { } n ? $",\"expected_replacements\":{n}" : "")}}}""");

    internal static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    public void Dispose()
    {
        _dispatcher.Dispose();
        _folder.Dispose();
    }
}
