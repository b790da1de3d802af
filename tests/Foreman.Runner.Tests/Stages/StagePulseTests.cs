using Foreman.Api;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Stages;

public sealed class StagePulseTests
{
    [Fact]
    public async Task A_stage_with_deadlines_of_its_own_is_told_to_go_on_with_the_last_progress()
    {
        var time = new ManualTimeProvider();
        var reports = new System.Collections.Concurrent.ConcurrentQueue<TaskProgress>();
        var pulse = new StagePulse(reports.Enqueue, time);
        var stage = new WaitingStage { IsTimed = true };
        var run = pulse.RunAsync(stage, Record, CancellationToken.None);

        for (var i = 1; i <= 2; i++)
        {
            await Eventually.TrueAsync(() => time.PendingTimers > 0, "the wait");
            time.Advance(TurnObserver.Interval);
            var wanted = i + 1;
            await Eventually.TrueAsync(() => reports.Count == wanted, "a sign of life");
        }

        stage.End.SetResult();
        await run;

        Assert.All(reports, r => Assert.Equal(7, r.Turn));
    }

    [Fact]
    public async Task A_stage_that_reports_itself_is_left_alone()
    {
        var reports = new List<TaskProgress>();
        var stage = new WaitingStage();
        stage.End.SetResult();

        await new StagePulse(reports.Add, new ManualTimeProvider()).RunAsync(stage, Record, CancellationToken.None);

        Assert.Equal(7, Assert.Single(reports).Turn);
    }

    private static RunRecord Record => new(new Attempt(new AgenticTask(), Tasks.Me), 0);

    private sealed class WaitingStage : IStage
    {
        public TaskCompletionSource End { get; } = new();

        public string Name => "wait";

        public bool IsTimed { get; init; }

        public string? OutsideEffect(RunRecord record) => null;

        public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
        {
            reportProgress(new TaskProgress { Turn = 7 });
            await End.Task;
            return new StageResult.Next(record);
        }
    }
}
