using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Workloads;

/// <summary>Makes the task of a step. Pure.</summary>
internal static class ChildTask
{
    /// <summary>What a task awaits that waits for a part of the Workload's budget.</summary>
    public const string Budget = "budget";

    /// <summary>Why a task is cancelled that waits for a part of a budget of which nothing is left.</summary>
    public const string BudgetUsedUp = "spec.budget of the Workload is used up.";

    /// <summary>The task. It has no policy of retries: the Workload retries steps, and infrastructure is retried anyway.</summary>
    /// <param name="workload">The Workload, as it is stored.</param>
    /// <param name="step">The step.</param>
    /// <param name="payload">Its payload, filled in as far as it can be.</param>
    /// <param name="dependsOn">Names of the tasks that it follows.</param>
    /// <param name="follows">Names of the copies of steps that it followed, all made.</param>
    /// <param name="awaiting">What it waits for besides; suspended when there is anything.</param>
    public static AgenticTask Of(
        Workload workload, Step step, TaskPayload payload, IEnumerable<string> dependsOn, IEnumerable<string> follows, IReadOnlyCollection<string> awaiting)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Labels.Rank] = step.Rank.ToString(CultureInfo.InvariantCulture),
        };
        if (workload.Metadata.CreationTimestamp is { } created)
        {
            annotations[Labels.QueuedSince] = Rfc3339Converter.Format(created);
        }

        if (!step.DependsOn.IsEmpty)
        {
            annotations[Labels.Follows] = string.Join(", ", follows);
        }

        if (step.ReviewsUntil is { } reviewed)
        {
            // Forges tell parts of a second, and a review must not count as younger than itself.
            annotations[Labels.ReviewsUntil] = reviewed.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        }

        if (step.Intent is { } intent)
        {
            annotations[Labels.Intent] = intent;
        }

        if (awaiting.Count > 0)
        {
            annotations[Labels.Awaiting] = string.Join(", ", awaiting);
        }

        var following = dependsOn.ToImmutableArray();
        return new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = StepNames.Task(workload.Name(), step.Name),
                NamespaceProperty = workload.Namespace(),
                Labels = LabelsOf(workload, step),
                Annotations = annotations,
            }.WithOwner(workload),
            Spec = new()
            {
                Kind = step.Kind,
                AgentRef = step.Agent.Length > 0 ? new() { Name = step.Agent } : null,
                ModelRef = step.ModelRef,
                Payload = payload,
                DependsOn = following.IsEmpty ? null : following,
                TimeoutSeconds = step.TimeoutSeconds,
                Priority = step.Priority,
                GateProfile = step.GateProfile,
                ScanGate = step.ScanGate,
                McpEnabled = workload.Spec.McpEnabled,
                VerdictPolicy = workload.Spec.VerdictPolicy,
                Suspend = awaiting.Count > 0 ? true : null,
            },
        };
    }

    /// <summary>What a task that its Workload suspended awaits; empty for others.</summary>
    public static ImmutableArray<string> Awaited(AgenticTask task) =>
        task.Spec.Suspend == true && !task.IsTerminal() && task.Metadata.Annotations?.GetValueOrDefault(Labels.Awaiting) is { Length: > 0 } text
            ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
            : [];

    // A Workload's label says for all of its tasks whose share they take.
    private static Dictionary<string, string> LabelsOf(Workload workload, Step step)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.Workload] = workload.Name(), [Labels.Step] = step.Name };
        if (workload.GetLabel(Labels.Queue) is { Length: > 0 } queue)
        {
            labels[Labels.Queue] = queue;
        }

        return labels;
    }
}

/// <summary>Fills the payload of a step with what others gave. Pure.</summary>
internal static class PayloadFilling
{
    private const int MaxAdvisories = 50;
    private const int MaxDetail = 4096;

    /// <summary>The steps that a payload waits for: those that it refers to, and the one whose advisories it gets.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="step">The step that it belongs to.</param>
    /// <param name="graph">All steps.</param>
    public static ImmutableArray<string> Sources(TaskPayload payload, Step step, StepGraph graph)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        if (step.AdvisoriesOf is { } coder)
        {
            found.Add(coder);
        }

        if (!PayloadTexts.ArePlain(payload))
        {
            found.AddRange(PayloadTexts.Of(payload)
                .SelectMany(t => ReferenceText.Parse(t.Text))
                .Select(p => p.Reference is { } reference ? graph.Resolve(reference.Step) : null)
                .OfType<string>());
        }

        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Names of the steps of a pipeline whose summaries others refer to.</summary>
    /// <param name="steps">All steps, with sound references.</param>
    public static IReadOnlySet<string> Summarized(ImmutableArray<Step> steps)
    {
        var referring = steps.Where(s => !PayloadTexts.ArePlain(s.Payload)).SelectMany(s => PayloadTexts.Of(s.Payload)).Where(t => !ReferenceText.IsPlain(t.Text)).Select(t => t.Text).ToArray();
        if (referring.Length == 0)
        {
            return ImmutableHashSet<string>.Empty;
        }

        var graph = new StepGraph(steps);
        return referring
            .SelectMany(ReferenceText.Parse)
            .Select(p => p.Reference is { Field: StepReference.Summary } reference ? graph.Resolve(reference.Step) : null)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The payload with each reference replaced by its value, and the advisories set.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="step">The step that it belongs to.</param>
    /// <param name="graph">All steps.</param>
    /// <param name="results">How a step stands, by name.</param>
    /// <exception cref="ReferenceException">A value is missing, or makes a text too long.</exception>
    public static TaskPayload Fill(TaskPayload payload, Step step, StepGraph graph, Func<string, StepResult> results)
    {
        var filled = PayloadTexts.ArePlain(payload) ? payload : PayloadTexts.Map(payload, (field, text) =>
        {
            var value = Fill(text, graph, results);
            return field == "prompt" && value.Length > PayloadTexts.MaxPrompt
                ? throw new ReferenceException(string.Create(CultureInfo.InvariantCulture, $"payload.prompt has {value.Length} characters once its references are filled in, and {PayloadTexts.MaxPrompt} is the most"))
                : value;
        });
        return step.AdvisoriesOf is { } coder && Advisories(results(coder)) is { IsEmpty: false } advisories
            ? filled with { GateAdvisories = advisories }
            : filled;
    }

    /// <summary>A text with each reference replaced by its value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="graph">All steps.</param>
    /// <param name="results">How a step stands, by name.</param>
    /// <exception cref="ReferenceException">A value is missing.</exception>
    public static string Fill(string text, StepGraph graph, Func<string, StepResult> results) =>
        string.Concat(ReferenceText.Parse(text).Select(p => p.Literal ?? Value(p.Reference!, graph, results)));

    private static string Value(StepReference reference, StepGraph graph, Func<string, StepResult> results) =>
        graph.Resolve(reference.Step) is { } name
            ? ReferenceValues.Of(reference, results(name))
            : throw new ReferenceException($"{reference} is about a step that is not there");

    private static ImmutableArray<GateAdvisory> Advisories(StepResult result) => result.Extra?["gateAdvisories"] is not JsonArray list ? [] :
    [
        .. list.OfType<JsonObject>().Take(MaxAdvisories).Select(a => new GateAdvisory
        {
            Check = StepResult.Text(a["check"]),
            Detail = StepResult.Text(a["detail"]) is { } detail ? Texts.Cut(detail, MaxDetail - 1) : null,
        }),
    ];
}
