// <example>
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// </example>
namespace Examples.Greetings;

/// <summary>The program that the readme of the library shows, as a function.</summary>
internal static class GreetingProgram
{
    public static async Task RunAsync(string kubeconfig, CancellationToken stop)
    {
        // <example>
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IKubernetes>(_ => new KubernetesClient(
            KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig), new() { FieldManager = "greeter" }));
        builder.Services
            .AddKubernetesOperator(o => o with { Name = "greeter", LeaderElection = new() })
            .AddController<GreetingController, Greeting>(o => o.Owns<V1ConfigMap>() with { Workers = 2 });
        using var host = builder.Build();

        // The definition goes in first; the controller waits until its kind is served.
        var client = host.Services.GetRequiredService<IKubernetes>();
        await client.Dynamic.ApplyAsync((JsonObject)JsonNode.Parse(Greeting.Definition)!, new() { Force = true }, stop);
        await host.RunAsync(stop);

        // </example>
    }
}

// <example>
/// <summary>Writes a card for each greeting, and says farewell before one goes.</summary>
public sealed class GreetingController : IEntityController<Greeting>
{
    public async Task<ReconcileResult> ReconcileAsync(ReconcileContext<Greeting> context, CancellationToken cancellationToken)
    {
        // No event says what happened: the question is always what there should be. No object, nothing to do:
        // the finalizer has cleaned up before it went, and the garbage collector takes what it owned.
        return context.Entity is { } greeting
            ? await Finalizer.RunAsync(context.Client, "example.com/farewell", greeting, ApplyAsync, CleanupAsync, cancellationToken)
            : ReconcileResult.Done;

        async Task<ReconcileResult> ApplyAsync(Greeting current, CancellationToken stop)
        {
            var card = new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = $"{current.Name()}-card", NamespaceProperty = current.Namespace() }.WithOwner(current),
                Data = new Dictionary<string, string> { ["text"] = current.Spec?.Text ?? "Good morning!" },
            };
            await context.Client.ApplyAsync(card, new() { Force = true }, stop);

            var ready = new V1Condition { Type = "Ready", Status = Conditions.True, Reason = "CardWritten", Message = $"see {card.Name()}" };
            var before = current.Status?.Conditions;
            var conditions = before.SetFor(current, ready, context.Time.GetUtcNow());
            if (!ReferenceEquals(conditions, before))
            {
                var status = new Greeting
                {
                    Metadata = new() { Name = current.Name(), NamespaceProperty = current.Namespace() },
                    Status = new() { Conditions = conditions },
                };
                await context.Client.ApplyAsync(status, new() { Subresource = "status", Force = true }, stop);
                await context.Events.NormalAsync(current, "CardWritten", $"wrote {card.Name()}", stop);
            }

            return ReconcileResult.Done;
        }

        async Task<ReconcileResult> CleanupAsync(Greeting leaving, CancellationToken stop)
        {
            // Clean up external resources here: if it throws, the object stays and this is retried.
            await context.Events.NormalAsync(leaving, "Farewell", "goodbye", stop);
            return ReconcileResult.Done;
        }
    }
}

/// <summary>A kind of one's own: its name in the API, and how it is read and written without reflection.</summary>
public sealed record Greeting : IResource<Greeting>
{
    public const string Definition = """
        {
          "apiVersion": "apiextensions.k8s.io/v1",
          "kind": "CustomResourceDefinition",
          "metadata": { "name": "greetings.example.com" },
          "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": { "kind": "Greeting", "listKind": "GreetingList", "plural": "greetings", "singular": "greeting" },
            "versions": [{
              "name": "v1", "served": true, "storage": true,
              "subresources": { "status": {} },
              "schema": { "openAPIV3Schema": {
                "type": "object",
                "properties": {
                  "spec": { "type": "object", "properties": { "text": { "type": "string", "maxLength": 200 } } },
                  "status": { "type": "object", "x-kubernetes-preserve-unknown-fields": true }
                }
              } }
            }]
          }
        }
        """;

    public static ResourceType Type { get; } = new("example.com", "v1", "Greeting", "greetings", Namespaced: true);

    public static JsonTypeInfo<Greeting> TypeInfo => GreetingJson.Default.Greeting;

    public static JsonTypeInfo<ResourceList<Greeting>> ListTypeInfo => GreetingJson.Default.ResourceListGreeting;

    public string ApiVersion { get => field ?? Type.ApiVersion; init; }

    public string Kind { get => field ?? Type.Kind; init; }

    public V1ObjectMeta Metadata { get => field ?? new(); init; }

    public GreetingSpec? Spec { get; init; }

    public GreetingStatus? Status { get; init; }
}

public sealed record GreetingSpec
{
    public string? Text { get; init; }
}

public sealed record GreetingStatus
{
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(Greeting))]
[JsonSerializable(typeof(ResourceList<Greeting>))]
internal sealed partial class GreetingJson : JsonSerializerContext;

// </example>
