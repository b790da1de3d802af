using System.Globalization;
using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>A plan as text, everything that is in it: decisions with their objects and events, the state, and the time of the next one.</summary>
internal static class PlanText
{
    /// <summary>The lines of a plan.</summary>
    /// <param name="plan">The plan.</param>
    public static IEnumerable<string> Of(Plan plan) => [.. plan.Decisions.Select(Of), .. OfState(plan)];

    /// <summary>The lines of a plan without the order of its decisions.</summary>
    /// <param name="plan">The plan.</param>
    public static IEnumerable<string> Unordered(Plan plan) => [.. plan.Decisions.Select(Of).Order(StringComparer.Ordinal), .. OfState(plan)];

    private static string Of(Decision decision) => decision switch
    {
        AssignTask d => $"assign {d.Task.Name()} {d.Assignment} {Text(d.After)} {d.Event}",
        TakeBackTask d => $"take back {d.Task.Name()} {d.Attempt} {Text(d.After)} {d.Event}",
        CompleteTask d => $"complete {d.Task.Name()} {Text(d.After)} {d.Event}",
        ExplainTask d => $"explain {d.Task.Name()} {Text(d.After)} {d.Event}",
        ChangeNodeStatus d => $"node {d.Node.Name()} {JsonSerializer.Serialize(d.Node with { Status = d.After }, FleetNode.TypeInfo)} {d.Event}",
        RecordEvent d => $"event {d.About.Metadata.Name} {d.Event}",
        _ => throw new NotSupportedException($"no text for {decision.GetType().Name}"),
    };

    private static string Text(AgenticTask task) => JsonSerializer.Serialize(task, AgenticTask.TypeInfo);

    private static IEnumerable<string> OfState(Plan plan) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"again at {plan.RequeueAt}, disrupted {plan.State.Disrupted}, undisturbed since {plan.State.UndisturbedSince}"),
        .. plan.State.SilentSites.Select(s => $"site {s}").Order(StringComparer.Ordinal),
        .. plan.State.Leases.Select(l => $"lease {l}").Order(StringComparer.Ordinal),
        .. plan.State.Tasks.Select(t => $"task {t}").Order(StringComparer.Ordinal),
        .. plan.State.Probations.Select(p => $"probation {p}").Order(StringComparer.Ordinal),
        .. plan.State.Writes.Select(w => $"write {w}").Order(StringComparer.Ordinal),
        .. plan.State.Told.ByUid.Select(w => $"told {w}").Order(StringComparer.Ordinal),
    ];
}
