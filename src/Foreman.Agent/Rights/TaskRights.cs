using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Agent.Rights;

/// <summary>A verb that the agent needs on a kind.</summary>
/// <param name="Verb">The verb, lower case.</param>
/// <param name="Type">The kind.</param>
/// <param name="Subresource">A part of it; null for the object.</param>
internal sealed record NeededRight(string Verb, ResourceType Type, string? Subresource = null)
{
    /// <summary>As in a Role: <c>patch agentictasks/status</c>.</summary>
    public override string ToString() => $"{Verb} {Type.Plural}{(Subresource is null ? "" : "/" + Subresource)}";
}

/// <summary>What was found out about the rights in one task namespace.</summary>
/// <param name="Namespace">The namespace; null for all at once.</param>
/// <param name="Missing">What was denied; empty when nothing was.</param>
internal sealed record NamespaceRights(string? Namespace, IReadOnlyList<NeededRight> Missing);

/// <summary>Where tasks can be taken from, and why not elsewhere.</summary>
/// <param name="Denied">Configured namespaces that tasks can't be taken from.</param>
/// <param name="Refusal">Why no task is taken at all; null when some are.</param>
/// <param name="Problems">One sentence for each namespace that is left out.</param>
internal sealed record RightsDecision(IReadOnlyList<string> Denied, NotAccepting? Refusal, IReadOnlyList<string> Problems)
{
    /// <summary>Nothing stands against taking tasks.</summary>
    public static RightsDecision None { get; } = new([], null, []);
}

/// <summary>Decides where the host may take tasks from. Pure.</summary>
internal static class TaskRights
{
    /// <summary>What a run needs in the namespace of its task.</summary>
    public static IReadOnlyList<NeededRight> Needed { get; } =
    [
        new("get", AgenticTask.Type),
        new("list", AgenticTask.Type),
        new("watch", AgenticTask.Type),
        new("patch", AgenticTask.Type, "status"),
        new("get", Foreman.Api.Agent.Type),
        new("create", RunLog.Type),
    ];

    private const int LongestLabel = 63;

    /// <summary>True for a name that a namespace can have: an RFC 1123 label.</summary>
    public static bool IsNamespaceName(string name) =>
        name.Length is > 0 and <= LongestLabel
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && name[0] != '-' && name[^1] != '-';

    /// <summary>Judges what was found out.</summary>
    /// <param name="node">Name of the host, for the command that mends it.</param>
    /// <param name="namespaces">What --task-namespace says; empty for all.</param>
    /// <param name="found">The answers of the API server, for valid names only.</param>
    /// <param name="before">The refusal so far, whose time is kept.</param>
    /// <param name="now">The time.</param>
    public static RightsDecision Decide(
        string node, IReadOnlyList<string> namespaces, IReadOnlyList<NamespaceRights> found, NotAccepting? before, DateTimeOffset now)
    {
        var invalid = namespaces.Where(n => !IsNamespaceName(n)).ToList();
        var lacking = found.Where(f => f.Missing.Count > 0).ToList();
        string[] problems =
        [
            .. invalid.Select(n => $"--task-namespace `{Primitives.Printable.Line(n, 80)}` is not a name of a namespace: lower-case letters, digits and dashes, at most 63. Correct the flag"),
            .. lacking.Select(f => Describe(node, f)),
        ];
        if (problems.Length == 0)
        {
            return RightsDecision.None;
        }

        string[] denied = [.. invalid, .. lacking.Select(f => f.Namespace).OfType<string>()];
        var isNoneLeft = namespaces.Count == 0 || namespaces.All(denied.Contains);
        var refusal = new NotAccepting
        {
            Reason = lacking.Count > 0 ? Reasons.MissingRights : Reasons.InvalidNamespace,
            Message = string.Join("; ", problems),
            Since = before?.Since ?? now,
        };
        return new(denied, isNoneLeft ? refusal : null, problems);
    }

    private static string Describe(string node, NamespaceRights rights)
    {
        var where = rights.Namespace is { } space ? $"in the task namespace {space}" : "in all namespaces";
        var grant = rights.Namespace is { } only
            ? $"add {only} to the chart's taskNamespaces, or bind a Role with these verbs there to this host's identity"
            : "name the namespaces with --task-namespace, or bind a ClusterRole with these verbs to this host's identity";
        return $"{node} may not do what it must {where}: grant {string.Join(", ", rights.Missing)} ({grant})";
    }
}
