namespace Foreman.Scheduling;

/// <summary>A model server of the host has the model; a stub agent needs none.</summary>
internal sealed class ServedModelClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        var demand = context.Demand;
        if (!demand.NeedsNodeModel || context.Node.IsStub || ModelChoice.Candidates(context.Node.Capability, demand.WantedModel).Count > 0)
        {
            return null;
        }

        var capability = context.Node.Capability;
        var sick = (capability.Models ?? [])
            .Where(m => demand.WantedModel is null || ModelNames.Same(m.Name, demand.WantedModel))
            .Select(m => ModelChoice.ServerOf(capability, m))
            .FirstOrDefault();
        if (sick is not null)
        {
            return new ConstraintViolation("with a model server that cannot serve now", $"{sick.Url}: {sick.Reason ?? "unhealthy"}", $"look at the model server on {context.Node.Name}")
            {
                Temporary = true,
            };
        }

        var names = (capability.Models ?? []).Select(m => m.Name).ToArray();
        return demand.WantedModel is { } wanted
            ? new ConstraintViolation("without the model", $"{wanted} asked, {(names.Length == 0 ? "none" : string.Join(", ", names))} served", $"serve {wanted} on {context.Node.Name}")
            : new ConstraintViolation("without a model server", "no model is served", $"start llama-server or Ollama on {context.Node.Name}");
    }
}
