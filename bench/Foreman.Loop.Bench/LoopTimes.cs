using System.Globalization;
using System.Runtime.CompilerServices;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>
/// What the loop itself takes, with a model that answers at once: from an answer to the next request, and to go on from a long run.
/// </summary>
internal static class LoopTimes
{
    private const int Rounds = 20;
    private const double TurnAim = 5;
    private const double ReplayAim = 50;

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        using var folder = new TempFolder("foreman-bench-");
        var runs = new LoopRuns(folder, time, stop);
        var turns = new List<TimeSpan>();
        for (var run = 0; run <= Rounds; run++)
        {
            using var model = new LoopModel(30, 3400, time);
            await runs.RunToGoAsync(string.Create(CultureInfo.InvariantCulture, $"turns-{run}"), model.Endpoint);

            // The first run loads what the others use.
            turns.AddRange(run == 0 ? [] : model.Between);
        }

        using (var model = new LoopModel(200, 500, time))
        {
            await runs.RunToGoAsync("long", model.Endpoint);
        }

        var replays = new List<TimeSpan>();
        for (var run = 0; run <= Rounds; run++)
        {
            var begun = time.GetTimestamp();
            var took = TimeSpan.Zero;
            using var model = new LoopModel(1, 0, time, _ => took = time.GetElapsedTime(begun));
            var earlier = await ReadAsync(runs.TranscriptOf("long"), stop);
            await runs.RunToGoAsync(string.Create(CultureInfo.InvariantCulture, $"replay-{run}"), model.Endpoint, earlier);
            replays.AddRange(run == 0 ? [] : [took]);
        }

        var (turn, replay) = (Percentiles.Of(turns), Percentiles.Of(replays));
        return
        [
            new($"from an answer to the next request, 30 turns, 100 KB transcript, {turn.Count} turns{Form}", Text(turn), $"99th percentile ≤ {TurnAim} ms", turn.P99 <= TurnAim),
            new($"reading a transcript of 200 turns, taking it over and asking on, {replay.Count} times{Form}", Text(replay), $"median ≤ {ReplayAim} ms", replay.P50 <= ReplayAim),
        ];
    }

    private static string Form => RuntimeFeature.IsDynamicCodeCompiled ? ", not compiled natively" : "";

    private static string Text(Percentiles p) => string.Create(CultureInfo.InvariantCulture, $"median {p.P50:0.0} ms, 99th percentile {p.P99:0.0} ms");

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
        return EarlierRun.From(LoopRuns.Uid, 1, records.Take(last), name => JsonLinesTranscript.ReadContent(path, name), out _)
            ?? throw new InvalidOperationException("the transcript of the long run can't be gone on from");
    }
}
