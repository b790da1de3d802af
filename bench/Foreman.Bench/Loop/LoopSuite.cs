using System.Globalization;
using Foreman.AgentLoop;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>What the loop itself takes, with a model that answers at once: from an answer to the next request, and to go on from a long run.</summary>
internal static class LoopSuite
{
    private const string Uid = "0b5c9a51-6f0e-4f5e-9d5e-2f1f7d9f6a11";
    private const double TurnAim = 5;
    private const double ReplayAim = 50;

    /// <summary>Measures and prints; true when both aims are met.</summary>
    public static async Task<bool> RunAsync(TimeProvider time, CancellationToken stop)
    {
        using var folder = new TempFolder("foreman-bench-");
        var turns = new List<TimeSpan>();
        for (var run = 0; run <= 20; run++)
        {
            using var model = new LoopModel(30, 3400, time);
            await RunAsync(model, folder, $"turns-{run}", 1, null, time, stop);

            // The first run compiles what the others use.
            turns.AddRange(run == 0 ? [] : model.Between);
        }

        using (var model = new LoopModel(200, 500, time))
        {
            await RunAsync(model, folder, "long", 1, null, time, stop);
        }

        var replays = new List<TimeSpan>();
        for (var run = 0; run <= 20; run++)
        {
            var begun = time.GetTimestamp();
            var took = TimeSpan.Zero;
            using var model = new LoopModel(1, 0, time, _ => took = time.GetElapsedTime(begun));
            var earlier = await ReadAsync(folder["long.jsonl"], stop);
            await RunAsync(model, folder, $"replay-{run}", 2, earlier, time, stop);
            if (run > 0)
            {
                replays.Add(took);
            }
        }

        var (turn, replay) = (Percentiles.Of(turns), Percentiles.Of(replays));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            | the loop | median | 99th percentile | aim |
            |---|--:|--:|--:|
            | from an answer to the next request, 30 turns, 100 KB transcript, {turn.Count} turns | {turn.P50:0.0} ms | {turn.P99:0.0} ms | 99th ≤ {TurnAim} ms |
            | reading a transcript of 200 turns, taking it over and asking on, {replay.Count} times | {replay.P50:0.0} ms | {replay.P99:0.0} ms | median ≤ {ReplayAim} ms |
            """));
        return turn.P99 <= TurnAim && replay.P50 <= ReplayAim;
    }

    private static async Task<EarlierRun> ReadAsync(string path, CancellationToken stop)
    {
        var records = new List<TranscriptRecord>();
        await foreach (var record in JsonLinesTranscript.ReadAsync(path, stop))
        {
            // Its end left out, as when the process was killed.
            if (record is not RunEnded)
            {
                records.Add(record);
            }
        }

        var last = records.FindLastIndex(r => r is ModelAnswered);
        return EarlierRun.From(Uid, 1, records.Take(last), name => JsonLinesTranscript.ReadContent(path, name), out _)
            ?? throw new InvalidOperationException("the transcript of the long run can't be gone on from");
    }

    private static async Task RunAsync(LoopModel model, TempFolder folder, string name, long attempt, EarlierRun? earlier, TimeProvider time, CancellationToken stop)
    {
        await using var transcript = JsonLinesTranscript.Open(folder[$"{name}.jsonl"]);
        var agent = BuiltInAgent.Spec with { MaxTurns = 500, StuckLoopDetection = new StuckLoopDetection() };
        var result = await AgentRun.RunAsync(
            new AgentRunRequest
            {
                TaskUid = Uid,
                Attempt = attempt,
                Prompt = "Write the files",
                SystemPrompt = SystemMessage.Compose(null, null),
                Settings = EffectiveSettings.Resolve(agent, new AgenticTaskSpec { Kind = TaskKind.Freeform }, 1_000_000),
                Model = model.Endpoint,
                WorkspaceDirectory = folder[name],
                Earlier = earlier,
            },
            new AgentRunServices { Transcript = transcript, Time = time },
            stop);
        if (result.Envelope.Verdict != Verdict.Go)
        {
            throw new InvalidOperationException($"a run of the bench ended with {result.Envelope.Verdict}: {result.Envelope.Summary}");
        }
    }
}
