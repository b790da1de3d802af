using System.Globalization;
using Foreman.Bench.Loop;

namespace Foreman.Bench.Repositories;

/// <summary>From a task's repository to its files in a workspace: the first run on a host, and those that find a mirror.</summary>
internal static class CheckoutTimes
{
    private const int Files = 2000;
    private const int Bytes = 50_000;
    private const int Rounds = 10;
    private const double Aim = 1000;

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        await using var bed = await RepositoryBed.StartAsync(time);
        var repo = await bed.CreateAsync("large", Sources.Texts(Files, Bytes));
        var first = TimeSpan.Zero;
        var next = new List<TimeSpan>();
        for (var round = 0; round <= Rounds; round++)
        {
            var run = bed.NewRun(repo);
            var begun = time.GetTimestamp();
            run = await bed.CheckOutAsync(run, stop);
            var took = time.GetElapsedTime(begun);
            RepositoryBed.Remove(run);
            if (round == 0)
            {
                first = took;
            }
            else
            {
                next.Add(took);
            }
        }

        var p = Percentiles.Of(next);
        var size = string.Create(CultureInfo.InvariantCulture, $"{Files} files, {Files * (long)Bytes / 1_000_000} MB");
        return
        [
            new($"checkout into the first run on a host, mirror included ({size})", string.Create(CultureInfo.InvariantCulture, $"{first.TotalMilliseconds:0} ms"), ""),
            new(
                $"checkout into a further run ({size}), {p.Count} times",
                string.Create(CultureInfo.InvariantCulture, $"median {p.P50:0} ms, shortest {p.Best:0} ms, longest {p.P99:0} ms"),
                string.Create(CultureInfo.InvariantCulture, $"median ≤ {Aim} ms"),
                p.P50 <= Aim),
        ];
    }
}
