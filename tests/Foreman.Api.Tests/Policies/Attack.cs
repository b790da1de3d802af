using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Policies;

/// <summary>A request that must be refused.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Caller">Who tries it.</param>
/// <param name="Rule">What the refusal must say.</param>
/// <param name="Send">Sends it.</param>
internal sealed record Attack(string Name, Caller Caller, string Rule, Func<KubernetesClient, Task> Send)
{
    /// <summary>As in a list of failures.</summary>
    public override string ToString() => $"{Caller.Title} {Name}";

    /// <summary>A change of an object.</summary>
    public static Func<KubernetesClient, Task> Merge(ResourceKey key, string patch) => client => client.Dynamic.PatchAsync(key, V1Patch.Merge(Json(patch)));

    /// <summary>A change of the status of an object; the text is that of the status alone.</summary>
    public static Func<KubernetesClient, Task> Status(ResourceKey key, string status) => client => client.Dynamic.PatchAsync(
        key, V1Patch.Merge(new JsonObject { ["status"] = Json(status) }), new PatchOptions { Subresource = "status", FieldValidation = FieldValidation.Strict });

    /// <summary>A write to the status of a task as runners and operators make it.</summary>
    public static Func<KubernetesClient, Task> Write(ResourceKey key, V1Patch patch) => client => client.Dynamic.PatchAsync(key, patch, new PatchOptions { Subresource = "status" });

    public static Func<KubernetesClient, Task> Create(JsonObject manifest) => client => client.Dynamic.CreateAsync(manifest);

    public static Func<KubernetesClient, Task> Delete(ResourceKey key) => client => client.Dynamic.DeleteAsync(key);

    /// <summary>A request for a token.</summary>
    public static Func<KubernetesClient, Task> Token(string account, string space) => client => client.Dynamic.CreateSubresourceAsync(
        new(V1ServiceAccount.Type, account, space), "token",
        Json("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}"""));

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
