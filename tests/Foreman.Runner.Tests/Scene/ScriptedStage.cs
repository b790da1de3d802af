using Foreman.Api;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A stage that does what the test says.</summary>
internal sealed class ScriptedStage(Func<RunRecord, Action<TaskProgress>, CancellationToken, Task<StageResult>> run) : IStage
{
    public string Name => "scripted";

    public static WorkReport Good { get; } = new(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done" }, TaskPhase.Succeeded, new Usage { Turns = 1 });

    public string? OutsideEffect(RunRecord record) => null;

    public Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop) => run(record, reportProgress, stop);

    /// <summary>A stage that ends the run so.</summary>
    public static ScriptedStage Ending(WorkReport report) => new((_, _, _) => Task.FromResult<StageResult>(new StageResult.Done(report)));
}
