using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Hosting;

/// <summary>What must be true of the cluster before the operator works: it answers, knows us, and serves CRDs that are not older.</summary>
internal static class StartChecks
{
    private static readonly ResourceType Definitions = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    private static readonly (ResourceType Type, JsonTypeInfo Info)[] Kinds =
    [
        (AgenticTask.Type, AgenticTask.TypeInfo), (FleetNode.Type, FleetNode.TypeInfo), (Agent.Type, Agent.TypeInfo), (Workload.Type, Workload.TypeInfo),
        (RunLog.Type, RunLog.TypeInfo), (ModelProfile.Type, ModelProfile.TypeInfo), (AgentRelease.Type, AgentRelease.TypeInfo),
        (ToolRequest.Type, ToolRequest.TypeInfo), (Workflow.Type, Workflow.TypeInfo),
    ];

    /// <summary>The API server publishes new definitions a few seconds after it has taken them, as right after helm install.</summary>
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly string[] NeededFields = ["attempt", "claim"];

    /// <exception cref="ExitException">What is wrong and what to do, with the exit code.</exception>
    public static async Task RunAsync(IKubernetes client, OperatorSettings settings, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var logged = false; ; logged = true)
        {
            try
            {
                await CheckAsync(client, logger, cancellationToken);
                return;
            }
            catch (DefinitionsException e)
            {
                if (time.GetElapsedTime(started) >= (settings.StartTimeout < PublishTimeout ? settings.StartTimeout : PublishTimeout))
                {
                    throw new ExitException(ExitCodes.BadConfiguration, e.Message, e);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (KubernetesUnreachableException e) when (e.Reason is UnreachableReason.NotKubernetes or UnreachableReason.Tls)
            {
                throw new ExitException(ExitCodes.BadConfiguration, $"{e.Message}; check the server and the certificate authority in the kubeconfig", e);
            }
            catch (Exception e) when (e is KubernetesUnreachableException or KubernetesException { IsOverloaded: true })
            {
                if (time.GetElapsedTime(started) >= settings.StartTimeout)
                {
                    throw new ExitException(ExitCodes.TryAgain, $"{e.Message}; gave up after {settings.StartTimeout.TotalSeconds:0} s (--start-timeout)", e);
                }

                if (!logged)
                {
                    logger.RetryingStart(e.Message, settings.StartTimeout.TotalSeconds);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private static async Task CheckAsync(IKubernetes client, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await client.ListAsync<AgenticTask>(null, new ListOptions { Limit = 1 }, cancellationToken);
            await CheckSchemaAsync(client, logger, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsUnauthorized)
        {
            throw new ExitException(
                ExitCodes.BadConfiguration, $"the Kubernetes API server at {client.Configuration.Host} does not accept our credentials (401): renew the token or certificate in the kubeconfig", e);
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            throw new ExitException(
                ExitCodes.BadConfiguration, $"the operator's identity lacks rights: {e.Status.Message}; install the chart's roles (helm upgrade), or use another identity", e);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw new DefinitionsException(
                $"the cluster at {client.Configuration.Host} does not serve {ApiGroup.Name}/{ApiGroup.Version}: install the CRDs (helm install foreman)", e);
        }
    }

    // The published schemas: one request for all kinds, and what the API server really serves.
    private static async Task CheckSchemaAsync(IKubernetes client, ILogger logger, CancellationToken cancellationToken)
    {
        var document = await client.Dynamic.GetAsync($"/openapi/v3/apis/{ApiGroup.Name}/{ApiGroup.Version}", cancellationToken);
        var status = SchemaOf(document, AgenticTask.Type)?["properties"]?["status"]?["properties"] as JsonObject;
        if (NeededFields.FirstOrDefault(f => status?.ContainsKey(f) != true) is { } missing)
        {
            throw new DefinitionsException($"these CRDs are older than this binary (AgenticTask has no status.{missing}): helm upgrade");
        }

        string[] lacks = [.. Kinds.Select(k => Lacks(k.Type, k.Info, SchemaOf(document, k.Type))).OfType<string>()];
        var stamp = await StampAsync(client, cancellationToken);
        if (DefinitionsVersion.Older(stamp, lacks) is not { } older)
        {
            return;
        }

        if (lacks.Length > 0 || DefinitionsVersion.IsOlder(stamp))
        {
            throw new DefinitionsException($"these CRDs are older than this binary ({older}): helm upgrade");
        }

        // Annotations get lost where definitions are applied by other programs than helm: without one they may be right.
        logger.DefinitionsWithoutVersion(older);
    }

    private static JsonObject? SchemaOf(JsonObject document, ResourceType type) => (document["components"]?["schemas"] as JsonObject)?
        .Select(s => s.Value as JsonObject)
        .FirstOrDefault(s => s?["x-kubernetes-group-version-kind"] is JsonArray kinds && kinds.Any(k => (string?)k?["kind"] == type.Kind));

    private static string? Lacks(ResourceType type, JsonTypeInfo info, JsonObject? schema) =>
        schema is null ? $"there is no {type.Kind}" : DefinitionFields.Tell(type.Kind, DefinitionFields.Missing(info, schema));

    // That a stamp can't be read is no reason to stop: the fields tell most.
    private static async Task<string?> StampAsync(IKubernetes client, CancellationToken cancellationToken)
    {
        try
        {
            var definition = await client.Dynamic.ReadMetadataAsync(Definitions, $"{AgenticTask.Type.Plural}.{ApiGroup.Name}", null, cancellationToken);
            return definition.GetAnnotation(DefinitionsVersion.Annotation);
        }
        catch (KubernetesException e) when (!e.IsUnauthorized && !e.IsOverloaded)
        {
            return DefinitionsVersion.Current;
        }
    }

    /// <summary>The CRDs are missing or old, or not published yet.</summary>
    private sealed class DefinitionsException(string message, Exception? inner = null) : Exception(message, inner);
}
