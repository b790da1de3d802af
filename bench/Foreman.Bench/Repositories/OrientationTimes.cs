using System.Globalization;
using Foreman.Bench.Loop;
using Foreman.Runner.Orientation;
using Foreman.Runner.Stages;

namespace Foreman.Bench.Repositories;

/// <summary>What it takes to find out what a model is told of a repository.</summary>
internal static class OrientationTimes
{
    private const int Files = 10_000;
    private const int Rounds = 20;
    private const double Aim = 200;

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        await using var bed = await RepositoryBed.StartAsync(time);
        var conventions = OrientationText.Conventions.Take(2).Select(path => (path, "Indent with four spaces.\n" + string.Concat(Enumerable.Repeat("Say why in the body of a commit.\n", 100)))).ToArray();
        var run = await bed.CheckOutAsync(bed.NewRun(await bed.CreateAsync("many", Sources.Texts(Files - conventions.Length, 300).Concat(conventions))), stop);
        var stage = new OrientationStage();
        var times = new List<TimeSpan>();
        for (var round = 0; round <= Rounds; round++)
        {
            var begun = time.GetTimestamp();
            var text = RepositoryBed.Next(await stage.RunAsync(run, _ => { }, stop)).Orientation;
            var took = time.GetElapsedTime(begun);
            if (text is null || !text.Contains("four spaces", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("the orientation does not tell the conventions");
            }

            // The first round compiles what the others use.
            times.AddRange(round == 0 ? [] : [took]);
        }

        RepositoryBed.Remove(run);
        var p = Percentiles.Of(times);
        return
        [
            new(
                string.Create(CultureInfo.InvariantCulture, $"orientation in {Files} files, {p.Count} times"),
                string.Create(CultureInfo.InvariantCulture, $"median {p.P50:0} ms, longest {p.P99:0} ms"),
                string.Create(CultureInfo.InvariantCulture, $"median ≤ {Aim} ms"),
                p.P50 <= Aim),
        ];
    }
}
