using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What a task is assigned with a host that matches it: the placement, and the model where that placement reaches it.</summary>
internal static class PlacementChoice
{
    /// <summary>The assignment.</summary>
    /// <exception cref="InvalidOperationException">No placement serves the task there: the match was not checked.</exception>
    public static TaskAssignment Assign(Demand demand, NodeView node, PlacementRegistry placements) =>
        placements.Choose(demand, node) is { } rules
            ? new TaskAssignment(node.Name, rules.Placement, Model(demand, node, rules), demand.Agent?.Metadata.Generation)
            : throw new InvalidOperationException($"No placement serves {demand.Task.Metadata.Name} with {node.Name}.");

    private static PromisedModel? Model(Demand demand, NodeView node, IPlacementRules rules)
    {
        if (demand.FixedServer is { } server)
        {
            return server with { ContextTokens = node.Capability.Models?.FirstOrDefault(m => m.Name == server.Name)?.ContextTokens };
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
            Url = rules.ModelUrl(model, host),
            ContextTokens = model.ContextTokens,
        };
    }
}
