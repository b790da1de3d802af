namespace Foreman.Scheduling;

/// <summary>What the host's model servers must offer.</summary>
internal static class ModelClauses
{
    /// <summary>The model is on the host, when that is asked for.</summary>
    public static ConstraintViolation? Installed(MatchContext context)
    {
        if (context.Required.RequiresModelInstalled != true)
        {
            return null;
        }

        var capability = context.Capability;
        var there = (capability.InstalledModels ?? []).Concat((capability.Models ?? []).Select(m => m.Name)).Distinct(StringComparer.Ordinal).ToArray();
        var wanted = context.Demand.WantedModel;
        return there.Any(m => wanted is null || ModelNames.Same(m, wanted))
            ? null
            : new ConstraintViolation(
                "without the model",
                $"{wanted ?? "a model"} asked, {Listed(there)} there",
                $"install {wanted ?? "a model"} on {context.Node.Name}");
    }

    /// <summary>A model server of the host has the model; a stub agent needs none.</summary>
    public static ConstraintViolation? Served(MatchContext context)
    {
        var (demand, capability) = (context.Demand, context.Capability);
        if (!demand.NeedsNodeModel || context.Node.IsStub || ModelChoice.Candidates(capability, demand.WantedModel).Count > 0)
        {
            return null;
        }

        var unhealthy = (capability.Models ?? [])
            .Where(m => demand.WantedModel is null || ModelNames.Same(m.Name, demand.WantedModel))
            .Select(m => ModelChoice.ServerOf(capability, m))
            .FirstOrDefault();
        if (unhealthy is not null)
        {
            return new ConstraintViolation(
                "with a model server that cannot serve now",
                $"{unhealthy.Url}: {unhealthy.Reason ?? "unhealthy"}",
                $"look at the model server on {context.Node.Name}")
            {
                Temporary = true,
            };
        }

        var names = (capability.Models ?? []).Select(m => m.Name).ToArray();
        return demand.WantedModel is { } wanted
            ? new ConstraintViolation("without the model", $"{wanted} asked, {Listed(names)} served", $"serve {wanted} on {context.Node.Name}")
            : new ConstraintViolation("without a model server", "no model is served", $"start llama-server or Ollama on {context.Node.Name}");
    }

    /// <summary>The model gives a task the context that is asked for.</summary>
    public static ConstraintViolation? Context(MatchContext context)
    {
        var asked = context.Required.MinContextTokens ?? 0;
        var candidates = Candidates(context);
        var there = candidates.Count == 0
            ? context.Capability.MaxContextTokens ?? 0
            : candidates.Max(m => ModelChoice.ContextOf(context.Capability, m));
        return there >= asked
            ? null
            : ConstraintViolation.Short(
                "with too little context", asked, there, "tokens",
                $"start the model server on {context.Node.Name} with more context per slot, or lower {context.Demand.CapabilityPath}.minContextTokens to {there}");
    }

    /// <summary>The model, with the context that is asked for, is as fast as is asked for.</summary>
    public static ConstraintViolation? Speed(MatchContext context)
    {
        var asked = context.Required.MinTokensPerSecond ?? 0;
        var there = Candidates(context)
            .Where(m => ModelChoice.ContextOf(context.Capability, m) >= (context.Required.MinContextTokens ?? 0))
            .Select(m => ModelChoice.SpeedOf(context.Capability, m))
            .DefaultIfEmpty(context.Capability.TokensPerSecond ?? 0)
            .Max();
        return there >= asked
            ? null
            : ConstraintViolation.Short(
                "too slow", asked, there, "tokens/s",
                $"lower {context.Demand.CapabilityPath}.minTokensPerSecond to {there}");
    }

    private static IReadOnlyList<Api.ServedModel> Candidates(MatchContext context) =>
        context.Demand.NeedsNodeModel ? ModelChoice.Candidates(context.Capability, context.Demand.WantedModel) : [];

    private static string Listed(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names);
}
