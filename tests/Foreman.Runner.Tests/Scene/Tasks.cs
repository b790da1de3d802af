using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Runner.Tests.Scene;

/// <summary>Tasks as tests need them.</summary>
internal static class Tasks
{
    public const string Uid = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    public const string Me = "host-a/1";
    public const string Another = "host-b/7";

    public static AgenticTask With(TaskPhase phase, long attempt = 1, string? holder = null, params TaskAttempt[] attempts) => new()
    {
        Metadata = new V1ObjectMeta { Name = "task", NamespaceProperty = "space", Uid = Uid, Generation = 1 },
        Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "Say hello" } },
        Status = new AgenticTaskStatus
        {
            Phase = phase,
            Attempt = attempt,
            Attempts = attempts,
            AssignedNode = phase == TaskPhase.Pending ? null : "host-a",
            Placement = phase == TaskPhase.Pending ? null : Placement.Node,
            Claim = holder is null ? null : new TaskClaim { Holder = holder },
        },
    };

    public static Attempt Held(long attempt = 1, string holder = Me) => new(With(TaskPhase.Running, attempt, holder), holder);

    public static TaskAttempt Entry(long attempt, AttemptOutcome outcome) => new() { Attempt = attempt, Outcome = outcome };
}
