using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs;

/// <summary>Requests and limits of several sources, each resource by itself. Pure.</summary>
internal static class ResourceMerge
{
    /// <summary>What a template says.</summary>
    public static JobResources Of(V1ResourceRequirements? given) => JobResources.Of(Amounts(given?.Requests), Amounts(given?.Limits));

    /// <summary>What a task or an Agent says.</summary>
    public static JobResources Of(ResourceRequirements? given) => JobResources.Of(Amounts(given?.Requests), Amounts(given?.Limits));

    /// <summary>All that either says; of what both say, that of <paramref name="above"/>.</summary>
    public static JobResources Union(JobResources below, JobResources above) =>
        new(below.Requests.SetItems(above.Requests), below.Limits.SetItems(above.Limits));

    /// <summary>What is said, and defaults for the rest, which give way to it: a default is never what makes a limit smaller than its request.</summary>
    public static JobResources OverDefaults(JobResources defaults, JobResources said)
    {
        var (requests, limits) = (said.Requests, said.Limits);
        foreach (var (name, request) in defaults.Requests.Where(r => !said.Requests.ContainsKey(r.Key)))
        {
            requests = requests.SetItem(name, said.Limits.TryGetValue(name, out var limit) && IsLess(limit, request) ? limit : request);
        }

        foreach (var (name, limit) in defaults.Limits.Where(l => !said.Limits.ContainsKey(l.Key)))
        {
            limits = limits.SetItem(name, said.Requests.TryGetValue(name, out var request) && IsLess(limit, request) ? request : limit);
        }

        return new(requests, limits);
    }

    /// <summary>What can't be: texts that are no quantities, and limits below their requests.</summary>
    public static IEnumerable<string> Problems(JobResources resources) =>
        resources.Requests.Where(r => Quantities.Parse(r.Value) is null).Select(r => NoQuantity("requests", r))
            .Concat(resources.Limits.Where(l => Quantities.Parse(l.Value) is null).Select(l => NoQuantity("limits", l)))
            .Concat(resources.Limits.Where(l => resources.Requests.TryGetValue(l.Key, out var request) && IsLess(l.Value, request))
                .Select(l => $"limits.{Texts.Shown(l.Key, 80)} {Texts.Shown(l.Value, 40)} is below requests.{Texts.Shown(l.Key, 80)} {Texts.Shown(resources.Requests[l.Key], 40)}; raise the one or lower the other"));

    /// <summary>The same as a model.</summary>
    /// <param name="resources">Quantities only.</param>
    /// <param name="claims">Devices; null for none.</param>
    public static V1ResourceRequirements Model(JobResources resources, List<Corev1ResourceClaim>? claims = null) => new()
    {
        Requests = Model(resources.Requests),
        Limits = Model(resources.Limits),
        Claims = claims is { Count: > 0 } ? claims : null,
    };

    private static Dictionary<string, ResourceQuantity>? Model(ImmutableSortedDictionary<string, string> amounts) =>
        amounts.Count == 0 ? null : amounts.ToDictionary(a => a.Key, a => new ResourceQuantity(a.Value), StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> Amounts(IDictionary<string, ResourceQuantity>? given) =>
        given is null ? [] : given.Select(a => KeyValuePair.Create(a.Key, a.Value?.ToString() ?? ""));

    private static IEnumerable<KeyValuePair<string, string>> Amounts(IReadOnlyDictionary<string, JsonNode>? given) =>
        given is null ? [] : given.Select(a => KeyValuePair.Create(a.Key, a.Value?.ToString() ?? ""));

    private static string NoQuantity(string field, KeyValuePair<string, string> amount) =>
        $"{field}.{Texts.Shown(amount.Key, 80)} \"{Texts.Shown(amount.Value, 40)}\" is not a quantity, such as 500m, 2 or 4Gi";

    private static bool IsLess(string amount, string other) => Quantities.Parse(amount) < Quantities.Parse(other);
}
