using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Workloads;

/// <summary>Makes the task of a step of a Workflow. Pure.</summary>
internal static class StepTask
{
    /// <summary>Name of a step's task.</summary>
    public static string NameOf(Workflow workflow, string step) => $"{workflow.Name()}-{step}";

    /// <summary>Names of the tasks of other steps that a step takes files from.</summary>
    /// <param name="workflow">The Workflow.</param>
    /// <param name="number">Number of the step, from 0.</param>
    public static ImmutableArray<string> Sources(Workflow workflow, int number)
    {
        var names = workflow.Spec.Steps.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. (workflow.Spec.Steps[number].Payload.Inputs ?? [])
                .Select(i => i.FromTask?.Name).OfType<string>().Where(names.Contains)
                .Distinct(StringComparer.Ordinal).Select(name => NameOf(workflow, name)),
        ];
    }

    /// <summary>The task, complete.</summary>
    /// <param name="snapshot">The Workflow, and what it stored elsewhere.</param>
    /// <param name="entries">The steps before it, ended.</param>
    /// <param name="number">Number of the step, from 0.</param>
    /// <exception cref="ReferenceException">What it refers to has no value, or makes a text too long.</exception>
    public static AgenticTask Of(WorkflowSnapshot snapshot, ImmutableArray<WorkflowStepStatus> entries, int number)
    {
        var (workflow, given) = (snapshot.Workflow, snapshot.Workflow.Spec.Steps[number]);
        if (Sources(workflow, number).FirstOrDefault(snapshot.GoneSources.Contains) is { } gone)
        {
            throw new ReferenceException($"payload.inputs takes a file from task \"{gone}\", which was deleted");
        }

        var (filled, container) = Filled(snapshot, entries, given);
        var payload = WithTaskNames(workflow, filled);
        var dependsOn = (payload.Inputs ?? []).Select(i => i.FromTask?.Name).OfType<string>().Distinct(StringComparer.Ordinal).ToImmutableArray();
        return new()
        {
            Metadata = MetadataOf(workflow, given.Name),
            Spec = SpecOf(given) with { Payload = payload, Container = container, DependsOn = dependsOn.IsEmpty ? null : dependsOn },
        };
    }

    /// <summary>The spec of a step's task, as the step says it.</summary>
    public static AgenticTaskSpec SpecOf(WorkflowStep step) => new()
    {
        Kind = step.Kind,
        AgentRef = step.AgentRef,
        ModelRef = step.ModelRef,
        RequiredCapability = step.RequiredCapability,
        Payload = step.Payload,
        TimeoutSeconds = step.TimeoutSeconds,
        Priority = step.Priority,
        GateProfile = step.GateProfile,
        ScanGate = step.ScanGate,
        McpEnabled = step.McpEnabled,
        VerdictPolicy = step.VerdictPolicy,
        Placement = step.Placement,
        RetryPolicy = step.RetryPolicy,
        Budget = step.Budget,
        Container = step.Container,
        Job = step.Job,
    };

    // The label of a queue says for all tasks of the Workflow whose share they take.
    private static V1ObjectMeta MetadataOf(Workflow workflow, string step)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.Workflow] = workflow.Name(), [Labels.Step] = step };
        if (workflow.GetLabel(Labels.Queue) is { Length: > 0 } queue)
        {
            labels[Labels.Queue] = queue;
        }

        return new V1ObjectMeta
        {
            Name = NameOf(workflow, step),
            NamespaceProperty = workflow.Namespace(),
            Labels = labels,
            Annotations = workflow.Metadata.CreationTimestamp is { } created
                ? new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.QueuedSince] = Rfc3339Converter.Format(created) }
                : null,
        }.WithOwner(workflow);
    }

    private static (TaskPayload Payload, TaskContainer? Container) Filled(WorkflowSnapshot snapshot, ImmutableArray<WorkflowStepStatus> entries, WorkflowStep given)
    {
        var graph = new StepGraph(snapshot.Workflow.Spec.Steps.Select(Known));
        try
        {
            var container = given.Container is { } own ? ContainerTexts.Map(own, text => PayloadFilling.Fill(text, graph, Result)) : null;
            return (PayloadFilling.Fill(given.Payload, Known(given), graph, Result), container);
        }
        catch (ReferenceException e) when (entries.FirstOrDefault(IsLost) is { } lost)
        {
            throw new ReferenceException($"{e.Message}; ConfigMap \"{lost.OutputsRef!.Name}\" with the outputs of step \"{lost.Name}\" is gone");
        }

        StepResult Result(string step)
        {
            var entry = entries.First(e => e.Name == step);
            return entry.Phase == WorkflowStepPhase.Succeeded
                ? StepEntries.ResultOf(entry, entry.Outputs ?? snapshot.StoredOutputs.GetValueOrDefault(step))
                : throw new ReferenceException($"step \"{step}\" has not succeeded");
        }

        bool IsLost(WorkflowStepStatus entry) => entry.OutputsRef is not null && !snapshot.StoredOutputs.ContainsKey(entry.Name);

        static Step Known(WorkflowStep step) => new(step.Name, step.Kind, "", step.Payload);
    }

    // A step knows the files of another one by that one's name, and a task by its task's.
    private static TaskPayload WithTaskNames(Workflow workflow, TaskPayload payload)
    {
        if (payload.Inputs is not { Count: > 0 } inputs)
        {
            return payload;
        }

        var names = workflow.Spec.Steps.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return payload with
        {
            Inputs =
            [
                .. inputs.Select(i => i.FromTask is { } source && names.Contains(source.Name)
                    ? i with { FromTask = source with { Name = NameOf(workflow, source.Name) } }
                    : i),
            ],
        };
    }
}
