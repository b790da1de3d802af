using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What a task is assigned with a host that matches it: the placement, and the model where that placement reaches it.</summary>
internal static class PlacementChoice
{
    /// <summary>The assignment.</summary>
    /// <exception cref="InvalidOperationException">No placement serves the task there: the match was not checked.</exception>
    public static TaskAssignment Assign(Demand demand, NodeView node, PlacementRegistry placements) =>
        placements.Choose(demand, node) is { } rules
            ? new TaskAssignment(node.Name, rules.Placement, Model(demand, node, rules), demand.Agent?.Metadata.Generation) { RunsInJob = rules.RunsInJob }
            : throw new InvalidOperationException($"No placement serves the demand with {node.Name}.");

    /// <summary>The assignment of a task that is a container: it uses no model, and so no slot of a host.</summary>
    /// <param name="agent">Its Agent; null for none.</param>
    /// <param name="placements">Where runs can take place.</param>
    /// <exception cref="InvalidOperationException">None of them makes Jobs: the task's fields were not checked.</exception>
    public static TaskAssignment OfContainer(Agent? agent, PlacementRegistry placements) => placements.OfContainers is { } rules
        ? new TaskAssignment("", rules.Placement, null, agent?.Metadata.Generation) { RunsInJob = true }
        : throw new InvalidOperationException("No placement makes Jobs.");

    private static PromisedModel? Model(Demand demand, NodeView node, IPlacementRules rules)
    {
        if (demand.AsksNoModel)
        {
            return null;
        }

        if (demand.FixedServer is { } server)
        {
            return OfFixed(server, node.Capability);
        }

        if (ModelChoice.Best(node, demand) is not { } model)
        {
            return demand.WantedModel is { } name ? new PromisedModel { Name = name } : null;
        }

        var host = ModelChoice.ServerOf(node.Capability, model);
        return new PromisedModel
        {
            Name = model.Name,
            Id = model.Id,
            Server = host?.Kind,
            Url = rules.ModelUrl(model, host),
            ContextTokens = model.ContextTokens,
            ToolCalls = model.ToolCalls,
        };
    }

    // What the host has probed of that server, or of a model of that name elsewhere, holds for it too.
    private static PromisedModel OfFixed(PromisedModel server, NodeCapability capability)
    {
        var wanted = server.Name.Length == 0 ? null : server.Name;
        if (ModelChoice.At(capability, server.Url, wanted) is { } probed)
        {
            return server with { Name = probed.Name, Id = probed.Id, ContextTokens = probed.ContextTokens, ToolCalls = probed.ToolCalls };
        }

        return server with { ContextTokens = server.ContextTokens ?? capability.Models?.FirstOrDefault(m => m.Name == server.Name)?.ContextTokens };
    }
}
