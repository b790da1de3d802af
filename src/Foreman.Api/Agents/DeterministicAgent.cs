using System.Collections.Frozen;

namespace Foreman.Api;

/// <summary>
/// Agents without a model: each does tasks of one kind and nothing else. The first tool that such an Agent lists, besides submit_result, says which; nobody calls it.
/// </summary>
public static class DeterministicAgent
{
    private static readonly FrozenDictionary<string, TaskKind> Kinds = new Dictionary<string, TaskKind>
    {
        ["run_gate_job"] = TaskKind.Verify,
        ["run_integrate"] = TaskKind.Integrate,
        ["run_reconcile"] = TaskKind.Reconcile,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The tools that such Agents list.</summary>
    internal static IEnumerable<string> Tools => Kinds.Keys;

    /// <summary>The tool that says what an Agent does which names no model server and has no prompt; null for every other Agent.</summary>
    /// <param name="spec">The Agent.</param>
    public static string? ToolOf(AgentSpec spec) =>
        spec.Provider != AgentProvider.CloudProxy
        && spec.InferenceServiceRef?.Name is not { Length: > 0 }
        && string.IsNullOrWhiteSpace(spec.SystemPrompt)
        && spec.Tools.FirstOrDefault(t => t != KnownTools.SubmitResult) is { } first && Kinds.ContainsKey(first) ? first : null;

    /// <summary>The kind of task that such an Agent does; null for every other Agent.</summary>
    /// <param name="spec">The Agent.</param>
    public static TaskKind? KindOf(AgentSpec spec) => ToolOf(spec) is { } tool ? Kinds[tool] : null;
}
