using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Registration;

/// <summary>Checks that the served CRDs have the fields that fence off old attempts; without them no task may be run.</summary>
internal static class DefinitionCheck
{
    private static readonly ResourceType Definitions = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);
    private static readonly string[] Needed = ["attempt", "claim"];

    /// <summary>By the CRD itself, or by the published schema where this identity may not read CRDs.</summary>
    /// <exception cref="ExitException">The CRDs are missing or older.</exception>
    public static async Task RunAsync(IKubernetes kubernetes, CancellationToken cancellationToken)
    {
        var status = await DefinedStatusAsync(kubernetes, cancellationToken);
        if (status is null)
        {
            throw new ExitException(
                ExitCodes.BadConfiguration,
                $"the cluster at {kubernetes.Configuration.Host} has no AgenticTask: install Foreman's CRDs with its chart: `helm install foreman …`");
        }

        if (Missing(status) is { Count: > 0 } missing)
        {
            throw new ExitException(
                ExitCodes.BadConfiguration,
                $"the CRDs at {kubernetes.Configuration.Host} are older than this binary (AgenticTask has no {string.Join(", ", missing.Select(m => "status." + m))}): `helm upgrade`");
        }
    }

    /// <summary>The needed fields that a schema of <c>status</c> lacks.</summary>
    public static IReadOnlyList<string> Missing(JsonObject status) =>
        [.. Needed.Where(field => (status["properties"] as JsonObject)?.ContainsKey(field) != true)];

    /// <summary>The schema of <c>status</c> in a CRD; null when the version is not served.</summary>
    public static JsonObject? StatusOf(JsonObject definition) =>
        (definition["spec"]?["versions"] as JsonArray)?.OfType<JsonObject>()
            .Where(v => v["name"]?.GetValue<string>() == ApiGroup.Version && v["served"]?.GetValue<bool>() == true)
            .Select(v => v["schema"]?["openAPIV3Schema"]?["properties"]?["status"] as JsonObject ?? [])
            .FirstOrDefault();

    /// <summary>The schema of <c>status</c> in a published OpenAPI document; null when it has no AgenticTask.</summary>
    public static JsonObject? PublishedStatusOf(JsonObject document) =>
        (document["components"]?["schemas"] as JsonObject)?
            .Where(schema => schema.Key.EndsWith(".AgenticTask", StringComparison.Ordinal))
            .Select(schema => schema.Value?["properties"]?["status"] as JsonObject ?? [])
            .FirstOrDefault();

    private static async Task<JsonObject?> DefinedStatusAsync(IKubernetes kubernetes, CancellationToken cancellationToken)
    {
        try
        {
            var name = $"{AgenticTask.Type.Plural}.{AgenticTask.Type.Group}";
            return await kubernetes.Dynamic.TryReadAsync(Definitions, name, null, cancellationToken) is { } definition ? StatusOf(definition) : null;
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return await PublishedStatusAsync(kubernetes, cancellationToken);
        }
    }

    private static async Task<JsonObject?> PublishedStatusAsync(IKubernetes kubernetes, CancellationToken cancellationToken)
    {
        try
        {
            return PublishedStatusOf(await kubernetes.Dynamic.GetAsync($"/openapi/v3{AgenticTask.Type.BasePath}", cancellationToken));
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
