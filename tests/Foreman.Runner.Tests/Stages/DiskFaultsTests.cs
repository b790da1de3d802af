using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stages;

[Trait("Kind", "15")]
public sealed class DiskFaultsTests
{
    [Fact]
    public void A_full_disk_is_told_from_other_faults_however_deep_it_lies()
    {
        var full = new IOException("No space left on device : '/state/transcripts/one.jsonl'", 28);

        Assert.Equal(Reasons.DiskPressure, DiskFaults.Report(full)!.AttemptReason);
        Assert.Equal(Reasons.DiskPressure, DiskFaults.Report(new TranscriptException("cannot write", full))!.AttemptReason);
        Assert.Null(DiskFaults.Report(new IOException("the pipe is broken", 32)));
        Assert.Null(DiskFaults.Report(new InvalidOperationException("28")));
    }

    [Fact]
    public void Spent_file_descriptors_name_their_limit()
    {
        var report = DiskFaults.Report(new IOException("Too many open files : '/state/outbox'", 24))!;

        Assert.Equal(FailureReason.InfrastructureError, report.Envelope.FailureReason);
        Assert.Contains("ulimit -n", report.Message, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_disk_without_room_is_recognised()
    {
        await using var disk = await SmallDisk.MountAsync(64);
        disk.Fill();

        var fault = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var transcript = JsonLinesTranscript.Open(Path.Combine(disk.Path, "one.jsonl"));
            await transcript.AppendAsync(new RunEnded { Result = new ResultEnvelope { Summary = new string('x', 20_000) } }, CancellationToken.None);
            await transcript.FlushAsync(CancellationToken.None);
        });

        Assert.Equal(Reasons.DiskPressure, DiskFaults.Report(fault)?.AttemptReason);
    }
}
