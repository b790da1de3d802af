using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner;
using Foreman.Runner.Fencing;

namespace Foreman.Operator.Tests.Properties.FleetSimulation;

/// <summary>The writes of a process that runs tasks: the real ones of the runner, with its real verdicts on refused ones.</summary>
internal sealed class SimulatedWriter(FleetWorld world, SimulatedProcess process)
{
    /// <summary>Writes until it is stored (true) or fenced (false), as the runner does.</summary>
    public void Send(FencedWrite write, Action<bool> done, int tries = 1)
    {
        world.Trace($"{write.Attempt.Holder} sends {write.Kind} of {write.Attempt}");
        void Again() => process.Later(RetryDelay.After(tries, null, world.Jitter()), () => Send(write, done, tries + 1));
        process.Call(
            () => world.Write(write.Attempt.Holder, "AgenticTask", write.Attempt.Name, write.Patch),
            _ => done(true),
            e =>
            {
                if (WriteFailure.Remedy(e) == WriteRemedy.Wait)
                {
                    Again();
                    return;
                }

                process.Call(() => world.Server.Find<AgenticTask>(write.Attempt.Name), task => Judge(Fence.Decide(write, task), done, Again), _ => Again());
            });
    }

    /// <summary>The claim of an assignment.</summary>
    public FencedWrite Claim(Attempt attempt, TaskClaim claim) => new(
        WriteKind.Claim,
        attempt,
        world.Rules.Claim(TaskWrites.Claim(attempt.Number, claim, attempt.Task.Status.StartedAt is null, attempt.Task.Status.Conditions ?? [])));

    /// <summary>Progress of a run, sent once.</summary>
    public void SendProgress(Attempt attempt) => process.Call(
        () => world.Write(attempt.Holder, "AgenticTask", attempt.Name, TaskWrites.Progress(attempt.Number, attempt.Holder, new TaskProgress { Turn = 1, UpdatedAt = process.Wall })),
        static _ => { },
        static _ => { });

    /// <summary>The end of a run that did what it was to do.</summary>
    public FencedWrite End(Attempt attempt)
    {
        var completion = new TaskCompletion
        {
            Phase = TaskPhase.Succeeded,
            Verdict = Verdict.Go,
            Result = new JsonObject { ["by"] = attempt.Holder, ["attempt"] = attempt.Number },
            Attempt = Entry(attempt, AttemptOutcome.Succeeded, "Succeeded"),
            Conditions = [new() { Type = ConditionTypes.Completed, Status = Conditions.True, Reason = "Succeeded", LastTransitionTime = process.Wall }],
            FinishedAt = process.Wall,
        };
        return new(WriteKind.End, attempt, world.Rules.End(TaskWrites.End(attempt.Number, attempt.Holder, completion)));
    }

    /// <summary>The return of a run that is not finished.</summary>
    public FencedWrite GiveBack(Attempt attempt) => new(
        WriteKind.GiveBack,
        attempt,
        TaskWrites.GiveBack(attempt.Number, attempt.Holder, Entry(attempt, AttemptOutcome.GivenBack, Reasons.Draining), attempt.Task.Status.Conditions ?? []));

    /// <summary>The refusal of an assignment.</summary>
    public FencedWrite Decline(Attempt attempt) => new(
        WriteKind.Decline,
        attempt,
        TaskWrites.Decline(attempt.Number, Entry(attempt, AttemptOutcome.Declined, Reasons.Draining), attempt.Task.Status.Conditions ?? []));

    private TaskAttempt Entry(Attempt attempt, AttemptOutcome outcome, string reason) => new()
    {
        Attempt = attempt.Number,
        Node = attempt.Task.Status.AssignedNode,
        Holder = attempt.ClaimedAt is null ? null : attempt.Holder,
        Placement = attempt.Task.Status.Placement,
        StartedAt = attempt.ClaimedAt,
        EndedAt = process.Wall,
        Outcome = outcome,
        Reason = reason,
    };

    private static void Judge(FenceAnswer answer, Action<bool> done, Action again)
    {
        if (answer == FenceAnswer.Retry)
        {
            again();
        }
        else
        {
            done(answer == FenceAnswer.Arrived);
        }
    }
}
