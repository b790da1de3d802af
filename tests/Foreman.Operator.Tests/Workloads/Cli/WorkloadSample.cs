using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

/// <summary>Workloads, steps and tasks as tests of what is shown need them.</summary>
internal static class WorkloadSample
{
    public static Workload Issues(params WorkloadStep[] steps) => new()
    {
        Metadata = new() { Name = "w", NamespaceProperty = "team", Uid = "uid-w", Generation = 2 },
        Spec = new() { Intent = "do it", Repo = "o/r", Issues = [42, 43], CoderAgentRef = new() { Name = "coder" } },
        Status = new() { Phase = WorkloadPhase.Dispatched, InFlightTasks = steps.Length, SucceededTasks = 0, ObservedGeneration = 2, Plan = steps },
    };

    public static Workload Pipeline(params WorkloadStep[] steps)
    {
        var workload = Issues(steps);
        return workload with { Spec = new() { Intent = "do it", Pipeline = [.. steps.Select(s => new PipelineStep { Name = s.Name })] } };
    }

    /// <summary>A Workload whose steps a planner proposed: all but the planner's own.</summary>
    public static Workload Proposed(params WorkloadStep[] steps)
    {
        var workload = Issues(steps);
        return workload with
        {
            Spec = new() { Intent = "do it", Suspend = true },
            Status = workload.Status! with { Pipeline = [.. steps.Where(s => s.Name != "plan").Select(s => new PipelineStep { Name = s.Name, Kind = s.Kind, AgentRef = new() { Name = "coder" }, Payload = new() { Prompt = "do it" } })] },
        };
    }

    public static Workload Ended(this Workload workload, WorkloadPhase phase, string reason, string message = "3 of 3 tasks on target, 0 incomplete, 0 failed, 0 already resolved.") => workload with
    {
        Status = workload.Status! with
        {
            Phase = phase,
            InFlightTasks = 0,
            Conditions = [new() { Type = ConditionTypes.Completed, Status = "True", Reason = reason, Message = message }],
        },
    };

    public static WorkloadStep Step(string name, StepState state, int? issue = 42) => new()
    {
        Name = name,
        Kind = name.StartsWith("code", StringComparison.Ordinal) ? TaskKind.IssueFix : name.StartsWith("verify", StringComparison.Ordinal) ? TaskKind.Verify : TaskKind.Review,
        Agent = "coder",
        Issue = issue,
        State = state,
        Task = state == StepState.Planned || state == StepState.NotTaken ? null : "w-" + name,
        Verdict = state == StepState.Succeeded ? Verdict.Go : state == StepState.Incomplete ? Verdict.NoGo : null,
    };

    public static AgenticTask Task(string step, TaskPhase phase, JsonObject? extra = null, string summary = "add adds now") => new()
    {
        Metadata = new()
        {
            Name = "w-" + step,
            NamespaceProperty = "team",
            Uid = "uid-" + step,
            Labels = new Dictionary<string, string> { [Labels.Workload] = "w" },
        },
        Status = new()
        {
            Phase = phase,
            Attempt = phase == TaskPhase.Pending ? 0 : 1,
            AssignedNode = phase == TaskPhase.Pending ? null : "box",
            Model = phase == TaskPhase.Pending ? null : new() { Name = "qwen" },
            Verdict = phase.IsTerminal() ? Verdict.Go : null,
            Result = phase.IsTerminal() ? new JsonObject { ["summary"] = summary, ["extra"] = extra ?? [] } : null,
        },
    };

    /// <summary>What a review that refused says in its extra.</summary>
    public static JsonObject Findings(int count = 1) => new()
    {
        ["findings"] = new JsonArray([.. Enumerable.Range(1, count).Select(i => (JsonNode)new JsonObject { ["severity"] = "major", ["file"] = "calc.py", ["line"] = i, ["message"] = "add subtracts" })]),
    };

    public static WorkloadState State(Workload workload, params AgenticTask[] tasks) => new(workload) { Tasks = WorkloadTasks.Of(workload, tasks) };
}
