using System.Globalization;
using Foreman.Api;
using Foreman.Bench.Loop;
using Foreman.Workloads;

namespace Foreman.Bench.Workloads;

/// <summary>How long a decision about a large Workload takes, and that it writes nothing when nothing has changed.</summary>
internal static class DecisionTimes
{
    private const int Steps = 500;
    private const int Width = 10;
    private const int Rounds = 200;

    // What runs often is compiled anew in the background, which takes a second or two; the operator is compiled whole before it starts.
    private const int WarmUp = 1000;
    private const double Aim = 5;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Half of the steps have ended, and the others wait for them.</summary>
    public static IReadOnlyList<LoopRow> Measure(TimeProvider time)
    {
        var snapshot = Settled();
        var times = new List<TimeSpan>();
        var writes = 0;
        for (var round = 0; round < WarmUp + Rounds; round++)
        {
            var begun = time.GetTimestamp();
            var decision = WorkloadEngine.Decide(snapshot, Now.AddMinutes(round));
            var took = time.GetElapsedTime(begun);
            writes += decision.Creates.Length + decision.Changes.Length + (decision.Status is null ? 0 : 1);
            if (round >= WarmUp)
            {
                times.Add(took);
            }
        }

        var p = Percentiles.Of(times);
        return
        [
            new(
                string.Create(CultureInfo.InvariantCulture, $"decision about a Workload of {Steps} steps, {p.Count} times"),
                string.Create(CultureInfo.InvariantCulture, $"median {p.P50:0.00} ms, p99 {p.P99:0.00} ms"),
                string.Create(CultureInfo.InvariantCulture, $"median ≤ {Aim} ms"),
                p.P50 <= Aim),
            new("writes of these decisions, nothing having changed", writes.ToString(CultureInfo.InvariantCulture), "0", writes == 0),
        ];
    }

    private static WorkloadSnapshot Settled()
    {
        var snapshot = new WorkloadSnapshot(WorkloadOf()) { Agents = new Dictionary<string, Agent> { ["coder"] = new() { Metadata = new() { Name = "coder" } } } };
        var made = WorkloadEngine.Decide(snapshot, Now).Creates
            .Select((task, index) => task with
            {
                Metadata = task.Metadata with { Uid = string.Create(CultureInfo.InvariantCulture, $"task-{index}"), Generation = 1, CreationTimestamp = Now },
                Status = int.Parse(task.Metadata.Labels![Labels.Step].AsSpan(1), CultureInfo.InvariantCulture) < Steps / 2
                    ? new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, Attempt = 1, Usage = new() { PromptTokens = 1000, CompletionTokens = 100, Seconds = 60 } }
                    : new() { Phase = TaskPhase.Pending },
            })
            .ToArray();
        snapshot = snapshot with { Children = made };
        return snapshot with { Workload = snapshot.Workload with { Status = WorkloadEngine.Decide(snapshot, Now).Status } };
    }

    // Ten rows of steps side by side, each of which follows two of the row before.
    private static Workload WorkloadOf() => new()
    {
        Metadata = new() { Name = "large", NamespaceProperty = "default", Uid = "workload", Generation = 1, CreationTimestamp = Now },
        Spec = new()
        {
            Intent = "bench",
            Pipeline =
            [
                .. Enumerable.Range(0, Steps).Select(i => new PipelineStep
                {
                    Name = StepName(i),
                    Kind = TaskKind.Freeform,
                    AgentRef = new() { Name = "coder" },
                    Payload = new() { Prompt = "bench" },
                    DependsOn = i < Width ? null : [StepName(i - Width), StepName((((i / Width) - 1) * Width) + ((i + 1) % Width))],
                }),
            ],
        },
    };

    private static string StepName(int index) => string.Create(CultureInfo.InvariantCulture, $"s{index}");
}
