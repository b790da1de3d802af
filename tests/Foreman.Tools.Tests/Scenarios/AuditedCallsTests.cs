using System.Security.Cryptography;
using System.Text;
using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Audit;
using Foreman.Tools.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Tools.Tests.Scenarios;

public sealed class AuditedCallsTests : IDisposable
{
    private const string Canary = "canary-4711";

    private readonly TempFolder _folder = new();
    private readonly Recorded _audit = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A2_59_every_call_is_told_once_without_its_arguments_and_its_result()
    {
        using var tools = Dispatcher(KnownTools.WriteFile, KnownTools.ReadFile);
        var arguments = $$"""{"path":"a.txt","content":"{{Canary}}"}""";

        await tools.RunAsync(new ToolCall("1", KnownTools.WriteFile, arguments), CancellationToken.None);
        await tools.RunAsync(new ToolCall("2", KnownTools.ReadFile, """{"path":"a.txt"}"""), CancellationToken.None);
        await tools.RunAsync(new ToolCall("3", KnownTools.ReadFile, """{"path":"none.txt"}"""), CancellationToken.None);

        Assert.Equal([CallOutcome.Succeeded, CallOutcome.Succeeded, CallOutcome.Failed], _audit.Calls.Select(c => c.Outcome));
        Assert.DoesNotContain(_audit.Calls, c => c.IsDenied);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(arguments))), _audit.Calls[0].ArgumentsSha256);
        Assert.DoesNotContain(Canary, string.Concat(_audit.Calls), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KnownTools.WriteFile)]
    [InlineData("no_such_tool")]
    [InlineData("mcp__server__drop")]
    public async Task A_tool_that_the_agent_does_not_list_is_refused_and_recorded(string tool)
    {
        using var tools = Dispatcher(KnownTools.ReadFile);

        var outcome = await tools.RunAsync(new ToolCall("1", tool, """{"path":"a.txt","content":"x"}"""), CancellationToken.None);

        Assert.True(outcome.IsError);
        Assert.False(File.Exists(_folder["a.txt"]));
        var call = Assert.Single(_audit.Calls);
        Assert.Equal((tool, CallOutcome.Refused, true), (call.Tool, call.Outcome, call.IsDenied));
    }

    [Fact]
    public void A_call_that_the_loop_answers_itself_is_recorded_as_refused()
    {
        using var tools = Dispatcher(KnownTools.ReadFile);

        tools.Refused(new ToolCall("1", KnownTools.ReadFile, "{}"));
        tools.Refused(new ToolCall("2", KnownTools.Bash, "{}"));
        tools.Refused(new ToolCall("3", "no_such_tool", "{}"));

        Assert.Equal(
            [(KnownTools.ReadFile, ToolClasses.Read), (KnownTools.Bash, ToolClasses.Read | ToolClasses.Write | ToolClasses.Exec), ("no_such_tool", ToolClasses.None)],
            _audit.Calls.Select(c => (c.Tool, c.Classes)));
        Assert.Equal([false, true, true], _audit.Calls.Select(c => c.IsDenied));
        Assert.All(_audit.Calls, c => Assert.Equal((CallOutcome.Refused, TimeSpan.Zero, null), (c.Outcome, c.Duration, c.ExitCode)));
    }

    [Fact]
    public async Task A_call_of_a_stopped_run_is_recorded_as_stopped()
    {
        using var tools = Dispatcher(KnownTools.ReadFile);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await tools.RunAsync(new ToolCall("1", KnownTools.ReadFile, "{}"), stopped.Token));

        Assert.Equal(CallOutcome.Stopped, Assert.Single(_audit.Calls).Outcome);
    }

    private ToolDispatcher Dispatcher(params string[] tools) =>
        new(ToolCatalog.Of(tools), Workspace.Open(_folder.Path), new ToolSettings(TimeSpan.FromSeconds(30)) { Audit = _audit }, TimeProvider.System, NullLogger.Instance);

    private sealed class Recorded : IToolAudit
    {
        public List<AuditedCall> Calls { get; } = [];

        public void Record(AuditedCall call) => Calls.Add(call);
    }
}
