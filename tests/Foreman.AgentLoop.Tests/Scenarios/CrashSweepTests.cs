using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Tests.Model;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>
/// Runs that stop dead before and after a record or a flush, so between a tool's effect and what is known of it. Some of these points, spread
/// over the run; in CI and in <c>.ci/long crash</c> each of them.
/// </summary>
public sealed class CrashSweepTests
{
    private const string Uid = "0b5c9a51-6f0e-4f5e-9d5e-2f1f7d9f6a11";

    private static readonly string Large = new('é', 20_000);

    // Each step once the one before is done; a second run of one of the edits would fail, since the text before it is gone.
    private static readonly (string Tool, string Arguments)[][] Script =
    [
        [("write_file", """{"path":"count.txt","content":"count 0\n"}""")],
        [("str_replace", Edit(0)), ("write_file", """{"path":"other.txt","content":"other"}"""), ("read_file", """{"path":"count.txt"}""")],
        [("str_replace", Edit(1))],
        [],
        [("write_file", $$"""{"path":"deep/er/large.txt","content":"{{Large}}"}"""), ("launch_rocket", "{}")],
        [("write_file", "{broken")],
        [("str_replace", Edit(2))],
        [("read_file", """{"path":"count.txt"}"""), ("str_replace", Edit(3))],
        [("submit_result", """{"verdict":"GO","summary":"done","commit_message":"Count"}""")],
    ];

    [Fact]
    public async Task Killed_at_any_record_or_flush_a_run_ends_as_if_unbroken_and_repeats_no_side_effect()
    {
        await using var model = new CountingModel();
        using var unbroken = new TempFolder();
        var whole = new CrashPoints(int.MaxValue);
        Assert.Equal(Verdict.Go, (await RunAsync(model, unbroken, 1, whole))!.Envelope.Verdict);
        var expected = Files(unbroken["work-1"]);
        Assert.Equal("count 4\n", expected["count.txt"]);
        Assert.True(whole.Passed > 60, $"{whole.Passed} points");

        var (resumed, interrupted, count) = (0, 0, Math.Min(LongRun.Seeds(quick: 30, full: int.MaxValue), whole.Passed));
        foreach (var at in Enumerable.Range(0, count).Select(i => 1 + (int)((long)i * whole.Passed / count)))
        {
            using var folder = new TempFolder();
            Assert.Null(await RunAsync(model, folder, 1, new CrashPoints(at)));

            // The second attempt is killed too, somewhere, perhaps while it copies what the first one left.
            var second = await RunAsync(model, folder, 2, new CrashPoints(1 + (at * 31 % 60)));
            var last = second is null ? 3 : 2;
            var result = second ?? await RunAsync(model, folder, 3, new CrashPoints(int.MaxValue));

            Assert.Equal(Verdict.Go, result!.Envelope.Verdict);
            Assert.Equal(expected, Files(folder[$"work-{last}"]));
            var records = await RecordsAsync(folder, last);
            var returned = records.OfType<ToolReturned>().ToList();
            Assert.Equal(returned.Count, returned.DistinctBy(r => r.CallId).Count());
            Assert.DoesNotContain(returned, r => r.Tool == "str_replace" && r.Failed && !r.Content.Contains("was interrupted", StringComparison.Ordinal));
            interrupted += returned.Count(r => r.Content.Contains("was interrupted", StringComparison.Ordinal));
            resumed += ((RunStarted)records[0]).ResumedFrom is null ? 0 : 1;
        }

        Assert.True(resumed > count * 3 / 4 && interrupted > 5 * count / whole.Passed, $"{resumed} of {count} resumed, {interrupted} calls interrupted");
    }

    [Fact]
    public async Task Usage_of_the_attempts_together_is_that_of_the_whole_run()
    {
        await using var model = new CountingModel();
        using var folder = new TempFolder();

        // After the flush that ends the second turn.
        Assert.Null(await RunAsync(model, folder, 1, new CrashPoints(30)));
        var result = await RunAsync(model, folder, 2, new CrashPoints(int.MaxValue));

        var (start, answers) = ((RunStarted)(await RecordsAsync(folder, 2))[0], (await RecordsAsync(folder, 2)).OfType<ModelAnswered>().Count());
        Assert.Equal(answers - start.ResumedFrom!.Turn, result!.Usage.Turns);
        Assert.Equal(100L * result.Usage.Turns, result.Usage.PromptTokens);
        Assert.Equal(1, start.ResumedFrom.Attempt);
    }

    private static string Edit(int count) => $$"""{"path":"count.txt","old_string":"count {{count}}","new_string":"count {{count + 1}}"}""";

    private static async Task<AgentRunResult?> RunAsync(CountingModel model, TempFolder folder, long attempt, CrashPoints points)
    {
        var earlier = (EarlierRun?)null;
        for (var before = attempt - 1; before > 0 && earlier is null; before--)
        {
            var path = folder[$"{before}.jsonl"];
            earlier = EarlierRun.From(Uid, before, await RecordsAsync(folder, before), name => JsonLinesTranscript.ReadContent(path, name), out _);
        }

        await using var onDisk = JsonLinesTranscript.Open(folder[$"{attempt}.jsonl"]);
        var request = new AgentRunRequest
        {
            TaskUid = Uid,
            Attempt = attempt,
            Prompt = "count",
            SystemPrompt = "s",
            Settings = EffectiveSettings.Resolve(null, new AgenticTaskSpec { Kind = TaskKind.Freeform }, 100_000) with { MaxRetries = 0 },
            Model = model.Endpoint,
            WorkspaceDirectory = folder[$"work-{attempt}"],
            Earlier = earlier,
        };
        try
        {
            return await AgentRun.RunAsync(request, new AgentRunServices { Transcript = new CrashingTranscript(onDisk, points) }, CancellationToken.None);
        }
        catch (CrashException)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<TranscriptRecord>> RecordsAsync(TempFolder folder, long attempt)
    {
        var records = new List<TranscriptRecord>();
        await foreach (var record in JsonLinesTranscript.ReadAsync(folder[$"{attempt}.jsonl"], CancellationToken.None))
        {
            records.Add(record);
        }

        return records;
    }

    private static SortedDictionary<string, string> Files(string path) => new(
        Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(path, f), f => Encoding.Latin1.GetString(File.ReadAllBytes(f))),
        StringComparer.Ordinal);

    /// <summary>A model that knows nothing but the conversation: it takes the next step of its script, or repeats what it is told was interrupted.</summary>
    private sealed class CountingModel : IAsyncDisposable
    {
        private readonly ScriptedServer _server;

        internal CountingModel() => _server = new ScriptedServer(e => Answer(_server!.Bodies[^1])(e));

        internal ModelEndpoint Endpoint => _server.Endpoint;

        public ValueTask DisposeAsync() => _server.DisposeAsync();

        private static Func<ScriptedServer.Exchange, Task> Answer(string body)
        {
            using var json = JsonDocument.Parse(body);
            var messages = json.RootElement.GetProperty("messages").EnumerateArray().ToList();
            var calls = messages.Where(Is("assistant")).Where(m => m.TryGetProperty("tool_calls", out _))
                .SelectMany(m => m.GetProperty("tool_calls").EnumerateArray()).ToDictionary(c => c.GetProperty("id").GetString()!, c => c.GetProperty("function"));
            var repeats = messages.Index().Count(m => Is("assistant")(m.Item) && Interrupted(messages.Skip(m.Index + 1)).Any());
            var broken = Interrupted(messages.Skip(messages.FindLastIndex(m => Is("assistant")(m)) + 1)).ToList();
            if (broken.Count > 0)
            {
                return Send([.. broken.Select(b => calls[b.GetProperty("tool_call_id").GetString()!]).Select(c => (c.GetProperty("name").GetString()!, c.GetProperty("arguments").GetString()!))]);
            }

            return Send(Script[messages.Count(Is("assistant")) - repeats]);
        }

        private static Func<ScriptedServer.Exchange, Task> Send((string Tool, string Arguments)[] calls) => ScriptedServer.Events(
        [
            """{"choices":[{"index":0,"delta":{"role":"assistant","content":"so"}}]}""",
            .. calls.Select((c, i) => ScriptedServer.CallDelta(c.Tool, c.Arguments, i)),
            """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
            """{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10}}""",
            "[DONE]",
        ]);

        private static IEnumerable<JsonElement> Interrupted(IEnumerable<JsonElement> afterAnswer) =>
            afterAnswer.TakeWhile(m => !Is("assistant")(m)).Where(m => Is("tool")(m) && Text(m).Contains("was interrupted", StringComparison.Ordinal));

        private static Func<JsonElement, bool> Is(string role) => m => m.GetProperty("role").GetString() == role;

        private static string Text(JsonElement message) => message.GetProperty("content").GetString() ?? "";
    }
}
