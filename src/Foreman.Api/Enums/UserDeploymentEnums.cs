using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What is wanted of a UserDeployment.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<DesiredState>))]
public readonly record struct DesiredState(string Value) : IOpenEnumeration<DesiredState>
{
    /// <summary>Its services run.</summary>
    public static DesiredState Running { get; } = new("running");

    /// <summary>Its services have no replicas; all other objects stay.</summary>
    public static DesiredState Stopped { get; } = new("stopped");

    /// <summary>All of its objects go, then the UserDeployment itself.</summary>
    public static DesiredState Deleted { get; } = new("deleted");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<DesiredState> Known { get; } = [Running, Stopped, Deleted];

    /// <inheritdoc/>
    public static DesiredState FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>From where the exposed service of a UserDeployment is reached.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<AccessMode>))]
public readonly record struct AccessMode(string Value) : IOpenEnumeration<AccessMode>
{
    /// <summary>From outside, by the entry point or ingress class for everybody.</summary>
    public static AccessMode External { get; } = new("external");

    /// <summary>By the entry point or ingress class named internal only.</summary>
    public static AccessMode Internal { get; } = new("internal");

    /// <summary>Within its namespace only.</summary>
    public static AccessMode None { get; } = new("none");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<AccessMode> Known { get; } = [External, Internal, None];

    /// <inheritdoc/>
    public static AccessMode FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Phase of a UserDeployment.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<UserDeploymentPhase>))]
public readonly record struct UserDeploymentPhase(string Value) : IOpenEnumeration<UserDeploymentPhase>
{
    /// <summary>Nothing was made yet.</summary>
    public static UserDeploymentPhase Pending { get; } = new("Pending");

    /// <summary>Its objects are there, and what is wanted of its services is not yet so.</summary>
    public static UserDeploymentPhase Provisioning { get; } = new("Provisioning");

    /// <summary>All services have all of their replicas.</summary>
    public static UserDeploymentPhase Running { get; } = new("Running");

    /// <summary>It has run, and replicas are missing; or a service does not come up.</summary>
    public static UserDeploymentPhase Degraded { get; } = new("Degraded");

    /// <summary>No service has a replica, as wanted.</summary>
    public static UserDeploymentPhase Stopped { get; } = new("Stopped");

    /// <summary>Its objects are being deleted.</summary>
    public static UserDeploymentPhase Deleting { get; } = new("Deleting");

    /// <summary>It can't be provided as it is; a condition says why.</summary>
    public static UserDeploymentPhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<UserDeploymentPhase> Known { get; } = [Pending, Provisioning, Running, Degraded, Stopped, Deleting, Failed];

    /// <inheritdoc/>
    public static UserDeploymentPhase FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
