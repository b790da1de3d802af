namespace Foreman.Scheduling;

/// <summary>A field that the API accepts and this release can't act on.</summary>
/// <param name="Path">Where it is, with its value where that is what can't be done.</param>
/// <param name="Why">What is missing and what to do, without a full stop.</param>
public sealed record UnsupportedField(string Path, string Why);

/// <summary>One row of a feature's table of fields that it does not implement yet.</summary>
/// <typeparam name="TSpec">The spec that has the field.</typeparam>
/// <param name="Path">Where the field is.</param>
/// <param name="IsSet">True when it is set to something that can't be done.</param>
/// <param name="Why">What is missing and what to do, without a full stop.</param>
internal sealed record FieldRow<TSpec>(string Path, Func<TSpec, bool> IsSet, string Why);

/// <summary>
/// A feature, as far as this release does not have it: it declares the fields that would need it. Whoever implements a
/// field takes its row away here, in the feature's own file; a feature without rows is taken out of <see cref="FeatureRegistry"/>.
/// </summary>
internal interface IFeature
{
    /// <summary>Fields of a task that this feature can't act on.</summary>
    IEnumerable<UnsupportedField> InTask(Api.AgenticTaskSpec spec, SchedulerSettings settings) => [];

    /// <summary>Fields of an Agent that this feature can't act on.</summary>
    IEnumerable<UnsupportedField> InAgent(Api.AgentSpec spec, SchedulerSettings settings) => [];
}

/// <summary>What tables of fields have in common.</summary>
internal static class FieldRows
{
    /// <summary>The rows whose fields are set.</summary>
    public static IEnumerable<UnsupportedField> Of<TSpec>(this IEnumerable<FieldRow<TSpec>> rows, TSpec spec) =>
        rows.Where(r => r.IsSet(spec)).Select(r => new UnsupportedField(r.Path, r.Why));

    public static bool Has(string? text) => !string.IsNullOrEmpty(text);

    public static bool Has<T>(IReadOnlyList<T>? list) => list is { Count: > 0 };
}
