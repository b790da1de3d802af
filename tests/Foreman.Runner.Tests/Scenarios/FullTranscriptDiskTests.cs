using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Scenarios;

[Trait("Kind", "15")]
public sealed class FullTranscriptDiskTests
{
    [Theory]
    [InlineData(3_000)]
    [InlineData(300_000)]
    public async Task A_disk_that_is_full_reads_as_such_and_not_as_a_fault_of_the_agent(int length)
    {
        await using var disk = await SmallDisk.MountAsync(512);
        var path = Path.Combine(disk.Path, "transcripts", "u-1.jsonl");
        await using (var transcript = JsonLinesTranscript.Open(path))
        {
            await transcript.AppendAsync(new MessageSent { Role = "user", Content = "p" }, CancellationToken.None);
            disk.Fill();

            var e = await Assert.ThrowsAsync<TranscriptException>(async () => await FillAsync(transcript, length));

            Assert.StartsWith($"cannot write the transcript `{path}`", e.Message, StringComparison.Ordinal);
            Assert.Contains("space", e.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    // The file's last page has some room left.
    private static async Task FillAsync(JsonLinesTranscript transcript, int length)
    {
        for (var i = 0; i < 8; i++)
        {
            await transcript.AppendAsync(new ToolReturned { Content = new string('x', length) }, CancellationToken.None);
        }
    }
}
