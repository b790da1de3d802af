using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Where the loop runs: on the host when tools touch a workspace, in the operator when none does and the model's server
/// can be reached from there, unless the task says.
/// </summary>
internal static class PlacementChoice
{
    /// <summary>The assignment of a task to a host that matches it.</summary>
    public static TaskAssignment Assign(Demand demand, NodeView node)
    {
        var placement = Choose(demand, node);
        return new TaskAssignment(node.Name, placement, Model(demand, node, placement), demand.Agent?.Metadata.Generation);
    }

    /// <summary>URL at which the operator reaches the model of the task on the host; null when it cannot.</summary>
    public static string? ReachableUrl(Demand demand, NodeView node)
    {
        if (demand.FixedServer is { } server)
        {
            return server.Url;
        }

        var model = ModelChoice.Best(node.Capability, demand);
        return model is null ? null : ModelChoice.ServerOf(node.Capability, model)?.ReachableURL;
    }

    private static Placement Choose(Demand demand, NodeView node) =>
        demand.Placement
        ?? (!demand.NeedsWorkspace && !node.IsStub && ReachableUrl(demand, node) is not null ? Placement.Operator : Placement.Node);

    private static PromisedModel? Model(Demand demand, NodeView node, Placement placement)
    {
        if (demand.FixedServer is { } server)
        {
            return server;
        }

        if (ModelChoice.Best(node.Capability, demand) is not { } model)
        {
            return demand.WantedModel is { } name ? new PromisedModel { Name = name } : null;
        }

        var host = ModelChoice.ServerOf(node.Capability, model);
        return new PromisedModel
        {
            Name = model.Name,
            Server = host?.Kind,
            Url = placement == Placement.Operator ? host?.ReachableURL : model.Server,
        };
    }
}
