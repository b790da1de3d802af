using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments;

/// <summary>The steps in which the objects of a UserDeployment are made, in their order.</summary>
public enum ProvisioningStep
{
    /// <summary>The namespace.</summary>
    Namespace,

    /// <summary>Configuration of the user.</summary>
    ConfigMaps,

    /// <summary>Secrets that External Secrets fetches.</summary>
    ExternalSecrets,

    /// <summary>The pods.</summary>
    Deployments,

    /// <summary>Their names within the namespace.</summary>
    Services,

    /// <summary>The way in from outside.</summary>
    Routes,

    /// <summary>Who may reach whom.</summary>
    NetworkPolicies,
}

/// <summary>An object as it is wanted.</summary>
/// <param name="Step">When it is made.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; null for the namespace itself.</param>
/// <param name="Manifest">What is applied.</param>
public sealed record WantedObject(ProvisioningStep Step, ResourceType Type, string Name, string? Namespace, JsonObject Manifest);

/// <summary>A service as it is wanted.</summary>
/// <param name="Name">Its name, which is also that of its Deployment.</param>
/// <param name="Replicas">Its replicas.</param>
/// <param name="Image">Its image.</param>
public sealed record WantedService(string Name, int Replicas, string Image);

/// <summary>What a UserDeployment and its template come to.</summary>
/// <param name="Objects">All objects, in the order in which they are made; empty when it is refused.</param>
/// <param name="Services">Its services in the order of the template.</param>
/// <param name="Refusal">Why it is not carried out; null for a good one.</param>
public sealed record DeploymentPlan(ImmutableArray<WantedObject> Objects, ImmutableArray<WantedService> Services, DeploymentRefusal? Refusal)
{
    /// <summary>Differs for plans of different objects.</summary>
    public string Digest => Names.Digest(string.Concat(Objects.Select(o => o.Manifest.ToJsonString() + "\n")));
}
