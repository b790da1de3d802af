using System.Net;
using System.Net.Sockets;
using System.Text;
using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Operator.DemoModel;
using Foreman.Testing;

namespace Foreman.Operator.Tests.DemoModel;

public sealed class DemoModelServerTests
{
    [Fact]
    public async Task The_real_loop_writes_the_file_that_the_prompt_asks_for()
    {
        using var folder = new TempFolder();

        var result = await RunAsync(folder, "Please.\nWrite a file named docs/hello.txt with the text: good morning, wörld\n");

        Assert.Equal((Verdict.Go, "wrote docs/hello.txt"), (result.Envelope.Verdict, result.Envelope.Summary));
        Assert.Equal("Add docs/hello.txt", (string?)result.Envelope.Extra!["commitMessage"]);
        Assert.Equal("good morning, wörld", File.ReadAllText(folder["w/docs/hello.txt"]));
    }

    [Fact]
    public async Task Any_other_goal_is_answered_with_NO_GO_and_the_form_that_it_understands()
    {
        using var folder = new TempFolder();

        var result = await RunAsync(folder, "Fix the bug in the parser.");

        Assert.Equal(Verdict.NoGo, result.Envelope.Verdict);
        Assert.StartsWith("unknown goal", result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Contains("Write a file named NAME with the text: TEXT", result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder["w"]));
    }

    [Fact]
    public async Task It_calls_no_tool_that_is_not_offered()
    {
        using var folder = new TempFolder();

        var result = await RunAsync(folder, "Write a file named a.txt with the text: x", "read_file");

        Assert.Equal((Verdict.NoGo, "the tool write_file is not offered"), (result.Envelope.Verdict, result.Envelope.Summary));
    }

    [Fact]
    public async Task A_tool_that_fails_ends_in_an_error()
    {
        using var folder = new TempFolder();

        var result = await RunAsync(folder, "Write a file named ../a.txt with the text: x");

        Assert.Equal(FailureReason.ModelReportedError, result.Envelope.FailureReason);
        Assert.StartsWith("tool failed: error", result.Envelope.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_who_it_is_and_is_healthy()
    {
        await using var server = await DemoModelServer.StartAsync(0, TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient { BaseAddress = server.Url };

        Assert.Contains("foreman-demo", await http.GetStringAsync(new Uri("/v1/models", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync(new Uri("/health", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/props", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Write a file named a with the text: b"}],"tools":[{"function":{"name":"write_file"}}]}""", "\"name\":\"write_file\",\"arguments\":\"{\\u0022path")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}]}""", "\"content\":\"NO-GO: unknown goal")]
    [InlineData(@"{""messages"":[{""role"":""user"",""content"":""Hi \ud83d""}],""x\ude00"":1}", "\"content\":\"NO-GO: unknown goal")]
    [InlineData("""{"messages":"none"}""", "\"type\":\"invalid_request_error\"")]
    [InlineData("not json", "\"type\":\"invalid_request_error\"")]
    public async Task It_also_answers_in_one_piece(string request, string expected)
    {
        await using var server = await DemoModelServer.StartAsync(0, TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient { BaseAddress = server.Url };
        using var content = new StringContent(request, Encoding.UTF8, "application/json");

        var response = await http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);

        Assert.Contains(expected, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var e = await Assert.ThrowsAsync<IOException>(() => DemoModelServer.StartAsync(port, TimeProvider.System, CancellationToken.None));

        Assert.Contains($"127.0.0.1:{port}", e.Message, StringComparison.Ordinal);
    }

    private static async Task<AgentRunResult> RunAsync(TempFolder folder, string prompt, params string[] tools)
    {
        await using var server = await DemoModelServer.StartAsync(0, TimeProvider.System, CancellationToken.None);
        await using var transcript = JsonLinesTranscript.Open(folder["transcript.jsonl"]);
        var agent = tools.Length == 0 ? null : new AgentSpec { Role = AgentRole.Coder, Tools = tools };
        var request = new AgentRunRequest
        {
            TaskUid = "u",
            Attempt = 1,
            Prompt = prompt,
            SystemPrompt = SystemMessage.Compose(null, null),
            Settings = EffectiveSettings.Resolve(agent, new AgenticTaskSpec { Kind = TaskKind.Freeform }, null),
            Model = new ModelEndpoint(server.Url, DemoModelServer.ModelName),
            WorkspaceDirectory = folder["w"],
        };
        return await AgentRun.RunAsync(request, new AgentRunServices { Transcript = transcript }, CancellationToken.None);
    }
}
