namespace Foreman.Scheduling;

/// <summary>The model is on the host, when that is asked for.</summary>
internal sealed class InstalledModelClause : IClause
{
    /// <inheritdoc/>
    public ConstraintViolation? Check(MatchContext context)
    {
        if (context.Demand.Capability.RequiresModelInstalled != true)
        {
            return null;
        }

        var capability = context.Node.Capability;
        var there = (capability.InstalledModels ?? []).Concat((capability.Models ?? []).Select(m => m.Name)).Distinct(StringComparer.Ordinal).ToArray();
        var wanted = context.Demand.WantedModel;
        return there.Any(m => wanted is null || ModelNames.Same(m, wanted))
            ? null
            : new ConstraintViolation(
                "without the model",
                $"{wanted ?? "a model"} asked, {(there.Length == 0 ? "none" : string.Join(", ", there))} there",
                $"install {wanted ?? "a model"} on {context.Node.Name}");
    }
}
