using System.Text;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Tests.Model;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>A run of the real loop that records more and more.</summary>
[Trait("Kind", "4")]
[Collection(nameof(TranscriptLimitTests))]
public sealed class TranscriptLimitTests : IDisposable
{
    private const int FileBytes = 3 << 20;

    private readonly TempFolder _folder = new();

    private string Path => _folder["t.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_that_fills_its_transcript_ends_INCOMPLETE_within_64_MiB_and_drops_no_record()
    {
        // Each edit of a large file is one more content of its size.
        var edit = 0;
        await using var server = new ScriptedServer(e => ScriptedServer.Call(
            "str_replace", $$"""{"path":"big.txt","old_string":"<{{edit}}>","new_string":"<{{++edit}}>"}""")(e));
        _folder.Write("workspace/big.txt", Lines());

        var result = await RunAsync(server.Endpoint);

        Assert.Equal((Verdict.Incomplete, FailureReason.TranscriptFull, TaskPhase.Succeeded), (result.Envelope.Verdict, result.Envelope.FailureReason, result.Phase));
        Assert.Contains("64 MiB", result.Envelope.Summary, StringComparison.Ordinal);
        Assert.Equal(edit, result.Usage.Turns);
        var records = await JsonLinesTranscript.ReadAsync(Path, CancellationToken.None).ToListAsync();
        Assert.Equal(edit, records.OfType<ModelAnswered>().Count());
        var returned = records.OfType<ToolReturned>().ToList();
        Assert.Equal(edit, returned.Count);
        Assert.All(returned, r => Assert.False(r.Failed, r.Content));
        Assert.IsType<RunEnded>(records[^1]);
        var bytes = Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(f => !f.Contains("workspace", StringComparison.Ordinal)).Sum(f => new FileInfo(f).Length);
        Assert.InRange(bytes, 50L << 20, 64L << 20);
        Assert.Equal(await File.ReadAllBytesAsync(_folder["workspace/big.txt"]), JsonLinesTranscript.ReadContent(Path, returned[^1].Effects![0].ContentRef!));
    }

    [Fact]
    public async Task Appending_large_contents_allocates_no_copy_of_them()
    {
        var bytes = new byte[4 << 20];
        await using var transcript = JsonLinesTranscript.Open(Path);
        await AppendAsync(transcript, new byte[20_000]);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 1; i <= 8; i++)
        {
            bytes[0] = (byte)i;
            await AppendAsync(transcript, bytes);
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, bytes.Length);
    }

    private static ValueTask AppendAsync(JsonLinesTranscript transcript, byte[] bytes) =>
        transcript.AppendAsync(new ToolReturned { Effects = [new FileEffect { Path = "a", Bytes = bytes }] }, CancellationToken.None);

    private async Task<AgentRunResult> RunAsync(ModelEndpoint model)
    {
        await using var transcript = JsonLinesTranscript.Open(Path);
        return await AgentRun.RunAsync(
            new AgentRunRequest
            {
                TaskUid = "0b5c9a51-6f0e-4f5e-9d5e-2f1f7d9f6a11",
                Attempt = 1,
                Prompt = "p",
                SystemPrompt = "s",
                Settings = EffectiveSettings.Resolve(null, new AgenticTaskSpec { Kind = TaskKind.Freeform }, null),
                Model = model,
                WorkspaceDirectory = _folder["workspace"],
            },
            new AgentRunServices { Transcript = transcript },
            CancellationToken.None);
    }

    private static string Lines()
    {
        var text = new StringBuilder("<0>\n", FileBytes);
        while (text.Length < FileBytes)
        {
            text.Append("a line of a large file that nobody reads\n");
        }

        return text.ToString();
    }
}

/// <summary>What is measured of the whole process is measured alone.</summary>
[CollectionDefinition(nameof(TranscriptLimitTests), DisableParallelization = true)]
public sealed class TranscriptLimitsAlone;
