using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Workflows;

/// <summary>
/// An API server with one Workflow and what it makes, and an operator that carries out what the engine decides write by write. What is
/// stored goes through JSON, as it does in a cluster.
/// </summary>
internal sealed class WorkflowPlay
{
    private const int MostActions = 1000;

    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _known = new(StringComparer.Ordinal);

    /// <param name="spec">The Workflow, which is called w.</param>
    public WorkflowPlay(WorkflowSpec spec) => Workflow = Stored(new Workflow
    {
        Metadata = new() { Name = "w", NamespaceProperty = "default", Uid = "uid-w", Generation = 1, CreationTimestamp = Given.Now },
        Spec = spec,
    });

    /// <param name="steps">The steps of the Workflow.</param>
    public WorkflowPlay(params WorkflowStep[] steps)
        : this(new WorkflowSpec { Steps = steps })
    {
    }

    public Workflow Workflow { get; private set; }

    public DateTimeOffset Now { get; set; } = Given.Now;

    public SortedDictionary<string, AgenticTask> Tasks { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, V1ConfigMap> ConfigMaps { get; } = new(StringComparer.Ordinal);

    /// <summary>Every write so far.</summary>
    public List<string> Writes { get; } = [];

    public List<WorkloadEvent> Events { get; } = [];

    /// <summary>What keeps writes about the step that is due.</summary>
    public WorkflowObstacle? Obstacle { get; set; }

    public WorkflowStatus Status => Workflow.Status!;

    /// <summary>Phases of the steps, in their order.</summary>
    public string Phases => string.Join(' ', Status.Steps!.Select(s => s.Phase.Value));

    /// <summary>Phase, reason of its end, and the step that it is at.</summary>
    public (string? Phase, string? Reason, string? Step) End => (Status.Phase?.Value, Completed?.Reason, Status.CurrentStep);

    public V1Condition? Completed => Status.Conditions.Find(ConditionTypes.Completed);

    public static WorkflowStep Step(string name, string? prompt = null) =>
        new() { Name = name, Kind = TaskKind.Freeform, AgentRef = Given.Ref("writer"), Payload = new() { Prompt = prompt ?? $"Do {name}." } };

    /// <summary>How a run ends that gave this.</summary>
    public static RunEnd Giving(string outputs) => RunEnd.Go with { Extra = Given.Json($$"""{"outputs":{{outputs}}}""") };

    public WorkflowStepStatus Entry(string step) => Assert.Single(Status.Steps!, s => s.Name == step);

    public AgenticTask Task(string step) => Tasks["w-" + step];

    /// <summary>What is decided now.</summary>
    public WorkflowAction Decide()
    {
        var due = WorkflowEngine.DueOf(Workflow);
        var task = due is null ? null : Tasks.GetValueOrDefault(due.Task);
        if (due is { IsMade: false } && task is null)
        {
            Read();
        }

        return WorkflowEngine.Decide(
            new(Workflow)
            {
                Task = task,
                StoredOutputs = _known,
                GoneSources = Gone(due),
                Obstacle = Obstacle,
            },
            Now);
    }

    /// <summary>Carries out one decision; false when there is nothing to do.</summary>
    public bool Act()
    {
        var action = Decide();
        switch (action)
        {
            case WriteWorkflowStatus write:
                Workflow = Stored(Workflow with { Status = write.Status });
                Events.AddRange(write.Events);
                break;
            case CreateStepTask create:
                Tasks.Add(create.Task.Name(), create.Task with { Metadata = create.Task.Metadata with { Uid = "uid-" + create.Task.Name() } });
                break;
            case ChangeStepTask change:
                Tasks[change.Change.Task.Name()] = Changed(change.Change);
                break;
            case StoreStepOutputs store:
                ConfigMaps[store.Outputs.Name()] = store.Outputs;
                _known[store.Step] = StepOutputs.Read(store.Outputs)!;
                break;
            default:
                Assert.IsType<AwaitChange>(action);
                return false;
        }

        Writes.Add(action.GetType().Name);
        return true;
    }

    /// <summary>Carries out decisions until there is nothing to do.</summary>
    public WorkflowPlay Settle()
    {
        for (var number = 0; Act(); number++)
        {
            Assert.True(number < MostActions, $"It does not come to rest: {string.Join(", ", Writes.TakeLast(10))}");
        }

        return this;
    }

    /// <summary>The task of a step ends so, and what follows is done.</summary>
    public WorkflowPlay EndAndSettle(string step, RunEnd end)
    {
        Settle();
        Tasks["w-" + step] = Task(step).Ended(end);
        return Settle();
    }

    /// <summary>Somebody changes the spec.</summary>
    public void Change(Func<WorkflowSpec, WorkflowSpec> change) =>
        Workflow = Workflow with { Spec = change(Workflow.Spec), Metadata = Workflow.Metadata with { Generation = Workflow.Metadata.Generation + 1 } };

    /// <summary>The process dies, and another one goes on with what is stored.</summary>
    public void Restart() => _known.Clear();

    private static Workflow Stored(Workflow workflow) => JsonSerializer.Deserialize(JsonSerializer.Serialize(workflow, Workflow.TypeInfo), Workflow.TypeInfo)!;

    private static AgenticTask Changed(ChildChange change) => change switch
    {
        CancelChild cancel when cancel.Because is { } why => change.Task.With(s => s with { Cancel = true }).Noted(cancel.Annotation, why),
        CancelChild => change.Task.With(s => s with { Cancel = true }),
        SuspendChild { Suspended: true } => change.Task.With(s => s with { Suspend = true }).Noted(Labels.SuspendedByWorkload, "true"),
        SuspendChild => change.Task.With(s => s with { Suspend = null }) with { Metadata = change.Task.Metadata with { Annotations = null } },
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    private HashSet<string> Gone(DueStep? due) =>
        due is null ? new(StringComparer.Ordinal) : due.Sources.Where(s => !Tasks.ContainsKey(s)).ToHashSet(StringComparer.Ordinal);

    private void Read()
    {
        foreach (var step in (Workflow.Status?.Steps ?? []).Where(s => s.OutputsRef is not null && !_known.ContainsKey(s.Name)))
        {
            if (ConfigMaps.TryGetValue(step.OutputsRef!.Name, out var map))
            {
                _known[step.Name] = StepOutputs.Read(map)!;
            }
        }
    }
}
