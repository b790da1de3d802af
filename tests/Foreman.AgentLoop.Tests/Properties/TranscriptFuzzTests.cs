using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Properties;

[Trait("Kind", "2")]
[Trait("Kind", "4")]
public sealed class TranscriptFuzzTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_transcript_of_any_bytes_is_read_or_refused_as_such()
    {
        var path = _folder["t.jsonl"];
        Fuzzer.Run(new FuzzTarget("transcript", [await TranscriptAsync(path)], input =>
        {
            File.WriteAllBytes(path, input);
            CountAsync(path).GetAwaiter().GetResult();
        })
        { Allowed = [typeof(TranscriptException)] });
    }

    [Fact]
    public async Task A_transcript_that_ends_anywhere_is_opened_and_written_on()
    {
        var path = _folder["t.jsonl"];
        Fuzzer.Run(new FuzzTarget("torn transcript", [await TranscriptAsync(path)], input =>
        {
            File.WriteAllBytes(path, input);
            WriteOnAsync(path).GetAwaiter().GetResult();
            var bytes = File.ReadAllBytes(path);
            Assert.Equal((byte)'\n', bytes[^1]);
            Assert.Equal(7, Assert.IsType<RunEnded>(TranscriptLine.Read(bytes.AsSpan(bytes.AsSpan(0, bytes.Length - 1).LastIndexOf((byte)'\n') + 1))).Turn);
        }));
    }

    private static async Task<int> CountAsync(string path) => await JsonLinesTranscript.ReadAsync(path, CancellationToken.None).CountAsync();

    private static async Task WriteOnAsync(string path)
    {
        await using var transcript = JsonLinesTranscript.Open(path);
        await transcript.AppendAsync(new RunEnded { Turn = 7 }, CancellationToken.None);
    }

    private static async Task<byte[]> TranscriptAsync(string path)
    {
        TranscriptRecord[] records =
        [
            new RunStarted { TaskUid = "u", Attempt = 1, Agent = BuiltInAgent.Spec with { SystemPrompt = "s" } },
            new MessageSent { Role = "user", Content = "漢字😀" },
            new ModelAnswered { Content = "c", Reasoning = "r", ToolCalls = [new ToolCall("1", "read_file", new string('x', 20_000))] },
            new ToolReturned { CallId = "1", Content = new string('y', 20_000), Effects = [new FileEffect { Path = "a", Bytes = [1, 2] }] },
            new HistoryCompacted { MaskedCallIds = ["1"] },
            new RunEnded { Result = new ResultEnvelope { Summary = "done" } },
        ];
        await using (var transcript = JsonLinesTranscript.Open(path))
        {
            foreach (var record in records)
            {
                await transcript.AppendAsync(record, CancellationToken.None);
            }
        }

        return await File.ReadAllBytesAsync(path);
    }
}
