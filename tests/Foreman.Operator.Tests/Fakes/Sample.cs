using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Fakes;

/// <summary>Tasks, hosts and decisions as tests need them.</summary>
internal static class Sample
{
    public static AgenticTask Task(string name, string version = "10") => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "team", Uid = "uid-" + name, ResourceVersion = version, Generation = 1 },
        Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "Say hello." } },
        Status = new() { Phase = TaskPhase.Pending },
    };

    public static AgenticTask Scheduled(this AgenticTask task, Placement placement, long attempt = 1) => task with
    {
        Status = task.Status with { Phase = TaskPhase.Scheduled, Attempt = attempt, AssignedNode = "a", Placement = placement },
    };

    public static AgenticTask Running(this AgenticTask task) => task with
    {
        Status = task.Status with { Phase = TaskPhase.Running, Claim = new() { Holder = "host/1" } },
    };

    public static FleetNode Node(string name) => new()
    {
        Metadata = new() { Name = name, Uid = "uid-" + name, Generation = 1 },
        Spec = new() { NodeName = name },
        Status = new()
        {
            Phase = FleetNodePhase.Ready,
            Slots = 4,
            Capability = new()
            {
                ModelServers = [new() { Url = "http://127.0.0.1:8080" }],
                Models = [new() { Name = "qwen", Server = "http://127.0.0.1:8080" }],
            },
        },
    };

    public static V1Lease Lease(string node, int renewal = 0) => new()
    {
        Metadata = new() { Name = Labels.LeaseName(node), NamespaceProperty = "foreman-system" },
        Spec = new() { HolderIdentity = "host/1", RenewTime = DateTimeOffset.UnixEpoch.AddSeconds(renewal) },
    };

    public static AssignTask Assign(AgenticTask task)
    {
        var assigned = task.Scheduled(Placement.Node);
        return new()
        {
            Task = task,
            After = assigned with { Status = assigned.Status with { Conditions = Scheduled("True", "FleetNodeAssigned") } },
            Assignment = new TaskAssignment("a", Placement.Node, new() { Name = "qwen" }, 3),
            Event = new DecisionEvent(Warning: false, "Scheduled", "Attempt 1 was assigned to a."),
        };
    }

    public static ExplainTask Explain(AgenticTask task, string reason = "WaitingForCapacity") => new()
    {
        Task = task,
        After = task with { Status = task.Status with { Conditions = Scheduled("False", reason) } },
        Event = new DecisionEvent(Warning: true, "FailedScheduling", reason),
    };

    public static Plan Plan(params IReadOnlyList<Decision> decisions) => new() { Decisions = decisions, State = SchedulerState.Empty };

    private static IReadOnlyList<V1Condition> Scheduled(string status, string reason) => [new() { Type = "Scheduled", Status = status, Reason = reason }];
}
