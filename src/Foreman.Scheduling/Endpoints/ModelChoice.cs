using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>Which of a host's models a task gets.</summary>
internal static class ModelChoice
{
    /// <summary>The host's models that the task may use, best first; what only embeds or ranks, and models of unhealthy servers, are left out.</summary>
    public static IReadOnlyList<ServedModel> Candidates(NodeCapability capability, string? wanted) =>
    [
        .. (capability.Models ?? [])
            .Where(m => wanted is null || ModelNames.Same(m.Name, wanted) || (m.Id is { } id && ModelNames.Same(id, wanted)))
            .Where(m => m.CanChat() && ServerOf(capability, m)?.Healthy != false)
            .OrderByDescending(m => m.Loaded == true)
            .ThenByDescending(m => m.Tools != false)
            .ThenByDescending(m => m.FreeSlots ?? 0)
            .ThenByDescending(m => Known(m.DecodeTokensPerSecond) ?? 0)
            .ThenByDescending(m => Known(m.ContextTokens) ?? 0)
            .ThenBy(m => m.Name, StringComparer.Ordinal),
    ];

    /// <summary>The same, kept for the next demand that asks this of the host.</summary>
    public static IReadOnlyList<ServedModel> Candidates(NodeView node, string? wanted) =>
        node.Models.Get((wanted, Sees: false, Calls: false), static (capability, asked) => Candidates(capability, asked.Wanted));

    /// <summary>Those of <see cref="Seeing(NodeView, Demand)"/> that were not found to call no tool in any way, when the task is done by calls.</summary>
    public static IReadOnlyList<ServedModel> Candidates(NodeView node, Demand demand) => demand.NeedsTools
        ? node.Models.Get((demand.WantedModel, demand.NeedsVision, Calls: true), static (capability, asked) => [.. Seeing(capability, asked.Wanted, asked.Sees).Where(CanCall)])
        : Seeing(node, demand);

    /// <summary>Those of <see cref="Candidates(NodeView, string?)"/> that are not known to take no images, when the task has some; those that are known to take them first.</summary>
    public static IReadOnlyList<ServedModel> Seeing(NodeView node, Demand demand) =>
        node.Models.Get((demand.WantedModel, demand.NeedsVision, Calls: false), static (capability, asked) => Seeing(capability, asked.Wanted, asked.Sees));

    private static IReadOnlyList<ServedModel> Seeing(NodeCapability capability, string? wanted, bool sees) => sees
        ? [.. Candidates(capability, wanted).Where(m => m.Vision != false).OrderByDescending(m => m.Vision == true)]
        : Candidates(capability, wanted);

    /// <summary>True unless the host has tried the model in every way and it called no tool; one that was not tried yet may call.</summary>
    public static bool CanCall(ServedModel model) => model.ToolCalls != ToolCallForm.None;

    /// <summary>The first model that also has the context and the speed that are asked for; null when none has.</summary>
    public static ServedModel? Best(NodeView node, Demand demand) =>
        Candidates(node, demand).FirstOrDefault(m =>
            Reaches(ContextOf(node.Capability, m), demand.Capability.MinContextTokens)
            && Reaches(SpeedOf(node.Capability, m), demand.Capability.MinTokensPerSecond));

    /// <summary>All that <see cref="Best"/> looks at of a demand.</summary>
    public static (string? Wanted, bool Sees, bool Calls, int? Context, int? Speed) AskedBy(Demand demand) =>
        (demand.WantedModel, demand.NeedsVision, demand.NeedsTools, demand.Capability.MinContextTokens, demand.Capability.MinTokensPerSecond);

    /// <summary>What is unknown reaches no demand, and is enough where there is none.</summary>
    public static bool Reaches(int? there, int? asked) => (asked ?? 0) <= 0 || there >= asked;

    /// <summary>The best model of one of the host's servers, named by either of its addresses; null when the host does not list it.</summary>
    /// <param name="capability">What the host has.</param>
    /// <param name="url">The server.</param>
    /// <param name="wanted">The model by name; null for any.</param>
    public static ServedModel? At(NodeCapability capability, string? url, string? wanted) => Candidates(capability, wanted)
        .OrderByDescending(CanCall)
        .FirstOrDefault(m => ServerUrl.Same(m.Server, url) || ServerUrl.Same(ServerOf(capability, m)?.ReachableURL, url));

    /// <summary>True when the host lists the server by either of its addresses: it was told of it or has found it, and its runs call it.</summary>
    /// <param name="capability">What the host has.</param>
    /// <param name="url">The server.</param>
    public static bool Knows(NodeCapability capability, string url) =>
        (capability.ModelServers ?? []).Any(s => ServerUrl.Same(s.Url, url) || ServerUrl.Same(s.ReachableURL, url));

    public static ModelServer? ServerOf(NodeCapability capability, ServedModel model) =>
        capability.ModelServers?.FirstOrDefault(s => string.Equals(s.Url, model.Server, StringComparison.Ordinal));

    /// <summary>Context per slot; the host's own maximum when the server does not report it; null when both are unknown.</summary>
    public static int? ContextOf(NodeCapability capability, ServedModel? model) => Known(model?.ContextTokens) ?? Known(capability.MaxContextTokens);

    /// <summary>Tokens per second; the host's best when this model was not measured; null when nothing was.</summary>
    public static int? SpeedOf(NodeCapability capability, ServedModel? model) => Known(model?.DecodeTokensPerSecond) ?? Known(capability.TokensPerSecond);

    // Nothing decodes at speed 0 or has no context: agents of older releases write that for what they don't know.
    private static int? Known(int? value) => value is > 0 ? value : null;
}

/// <summary>The models of one host that were chosen for demands, by what these ask of a model.</summary>
/// <param name="capability">What the host has.</param>
internal sealed class ChosenModels(NodeCapability capability)
{
    private readonly Dictionary<(string? Wanted, bool Sees, bool Calls), IReadOnlyList<ServedModel>> _known = [];

    public IReadOnlyList<ServedModel> Get(
        (string? Wanted, bool Sees, bool Calls) asked, Func<NodeCapability, (string? Wanted, bool Sees, bool Calls), IReadOnlyList<ServedModel>> choose)
    {
        if (!_known.TryGetValue(asked, out var models))
        {
            _known.Add(asked, models = choose(capability, asked));
        }

        return models;
    }
}
