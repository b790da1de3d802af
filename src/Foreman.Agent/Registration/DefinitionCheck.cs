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
    /// <returns>How the CRDs are older than this binary in what it can do without; null when they are not.</returns>
    /// <exception cref="ExitException">The CRDs are missing, or older in what no task may be run without.</exception>
    public static async Task<string?> RunAsync(IKubernetes kubernetes, CancellationToken cancellationToken)
    {
        if (await FindAsync(kubernetes, cancellationToken) is not { } found)
        {
            throw new ExitException(
                ExitCodes.BadConfiguration,
                $"the cluster at {kubernetes.Configuration.Host} has no AgenticTask: install Foreman's CRDs with its chart: `helm install foreman …`");
        }

        if (Missing(found.Schema) is { Count: > 0 } missing)
        {
            throw new ExitException(
                ExitCodes.BadConfiguration,
                $"the CRDs at {kubernetes.Configuration.Host} are older than this binary (AgenticTask has no {string.Join(", ", missing.Select(m => "status." + m))}): `helm upgrade`");
        }

        return Older(found) is { } older
            ? $"the CRDs at {kubernetes.Configuration.Host} are older than this binary ({older}): what they lack is not stored. `helm upgrade`"
            : null;
    }

    /// <summary>How a definition is older than this binary; null when it is not.</summary>
    public static string? Older(Definition definition)
    {
        var lacks = DefinitionFields.Tell(AgenticTask.Type.Kind, DefinitionFields.Missing(AgenticTask.TypeInfo, definition.Schema));
        return DefinitionsVersion.Older(definition.Stamp, lacks is null ? [] : [lacks]);
    }

    /// <summary>The fields of <c>status</c> that no task may be run without and that a schema lacks.</summary>
    public static IReadOnlyList<string> Missing(JsonObject schema)
    {
        var status = schema["properties"]?["status"]?["properties"] as JsonObject;
        return [.. Needed.Where(field => status?.ContainsKey(field) != true)];
    }

    /// <summary>The schema of whole objects in a CRD; null when the version is not served.</summary>
    public static JsonObject? SchemaOf(JsonObject definition) =>
        (definition["spec"]?["versions"] as JsonArray)?.OfType<JsonObject>()
            .Where(v => v["name"]?.GetValue<string>() == ApiGroup.Version && v["served"]?.GetValue<bool>() == true)
            .Select(v => v["schema"]?["openAPIV3Schema"] as JsonObject ?? [])
            .FirstOrDefault();

    /// <summary>The same in a published OpenAPI document; null when it has no AgenticTask.</summary>
    public static JsonObject? PublishedSchemaOf(JsonObject document) =>
        (document["components"]?["schemas"] as JsonObject)?
            .Where(schema => schema.Key.EndsWith(".AgenticTask", StringComparison.Ordinal))
            .Select(schema => schema.Value as JsonObject ?? [])
            .FirstOrDefault();

    private static async Task<Definition?> FindAsync(IKubernetes kubernetes, CancellationToken cancellationToken)
    {
        try
        {
            var name = $"{AgenticTask.Type.Plural}.{AgenticTask.Type.Group}";
            return await kubernetes.Dynamic.TryReadAsync(Definitions, name, null, cancellationToken) is { } definition && SchemaOf(definition) is { } schema
                ? new(schema, (string?)definition["metadata"]?["annotations"]?[DefinitionsVersion.Annotation])
                : null;
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return await PublishedAsync(kubernetes, cancellationToken);
        }
    }

    // The published document has no annotations.
    private static async Task<Definition?> PublishedAsync(IKubernetes kubernetes, CancellationToken cancellationToken)
    {
        try
        {
            var document = await kubernetes.Dynamic.GetAsync($"/openapi/v3{AgenticTask.Type.BasePath}", cancellationToken);
            return PublishedSchemaOf(document) is { } schema ? new(schema, DefinitionsVersion.Current) : null;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>The definition of AgenticTask as it is served.</summary>
    /// <param name="Schema">The schema of whole objects.</param>
    /// <param name="Stamp">Its version stamp; null for none.</param>
    internal sealed record Definition(JsonObject Schema, string? Stamp);
}
