using System.Collections.Immutable;
using Foreman.Api;
using k8s.Models;

namespace Foreman.UserDeployments;

/// <summary>How far a UserDeployment is.</summary>
/// <param name="Phase">Its phase.</param>
/// <param name="Services">Its services in the order of the plan.</param>
/// <param name="Reason">Reason of the condition Ready; one of <see cref="Reasons"/>.</param>
/// <param name="Message">Message of the condition Ready.</param>
public sealed record DeploymentState(UserDeploymentPhase Phase, ImmutableArray<ServiceState> Services, string Reason, string Message)
{
    /// <summary>True when all services have their replicas.</summary>
    public bool IsReady => Reason == Reasons.ReplicasReady;
}

/// <summary>What the Deployments of a cluster say of a plan. Pure.</summary>
public static class DeploymentProgress
{
    /// <summary>How far it is.</summary>
    /// <param name="plan">What is wanted.</param>
    /// <param name="deployments">Its Deployments, as they are stored.</param>
    /// <param name="isStopped">Whether no replicas are wanted.</param>
    /// <param name="before">The phase before; null for none.</param>
    public static DeploymentState Of(DeploymentPlan plan, IEnumerable<V1Deployment> deployments, bool isStopped, UserDeploymentPhase? before)
    {
        var found = deployments.Where(d => d.Metadata?.Name is not null).ToDictionary(d => d.Metadata.Name, StringComparer.Ordinal);
        ImmutableArray<(WantedService Wanted, V1Deployment? Seen)> services = [.. plan.Services.Select(s => (s, found.GetValueOrDefault(s.Name)))];
        ImmutableArray<ServiceState> states = [.. services.Select(s => new ServiceState { Name = s.Wanted.Name, Desired = s.Wanted.Replicas, Ready = Ready(s.Seen), Image = s.Wanted.Image })];
        if (isStopped)
        {
            var left = services.Where(s => !HasNone(s.Seen)).Select(s => s.Wanted.Name).ToList();
            return left.Count == 0
                ? new(UserDeploymentPhase.Stopped, states, Reasons.Stopped, "No service has a replica, as spec.desiredState says.")
                : new(UserDeploymentPhase.Provisioning, states, Reasons.ReplicasMissing, $"These services still have replicas: {string.Join(", ", left)}.");
        }

        var missing = services.Where(s => !IsComplete(s.Wanted, s.Seen)).ToList();
        return missing.Count == 0
            ? new(UserDeploymentPhase.Running, states, Reasons.ReplicasReady, "All services have their replicas.")
            : new(PhaseOf([.. missing], before), states, Reasons.ReplicasMissing, $"Replicas are missing: {string.Join("; ", missing.Select(m => Shown(m.Wanted, m.Seen)))}.");
    }

    private static UserDeploymentPhase PhaseOf(ImmutableArray<(WantedService Wanted, V1Deployment? Seen)> missing, UserDeploymentPhase? before)
    {
        var hasRun = before == UserDeploymentPhase.Running || before == UserDeploymentPhase.Degraded;
        return missing.Any(m => Failure(m.Seen) is not null) || (hasRun && missing.Any(m => Ready(m.Seen) < m.Wanted.Replicas))
            ? UserDeploymentPhase.Degraded
            : UserDeploymentPhase.Provisioning;
    }

    private static string Shown(WantedService wanted, V1Deployment? seen) =>
        Texts.Of($"{wanted.Name} has {Ready(seen)} of {wanted.Replicas}") + (Failure(seen) is { } why ? $" ({Texts.Shown(why, 200)})" : "");

    private static int Ready(V1Deployment? seen) => seen?.Status?.ReadyReplicas ?? 0;

    // Numbers of an earlier version say nothing of this one.
    private static bool IsCurrent(V1Deployment seen) => (seen.Status?.ObservedGeneration ?? 0) >= (seen.Metadata.Generation ?? 0);

    private static bool IsComplete(WantedService wanted, V1Deployment? seen) =>
        seen is not null && IsCurrent(seen) && Ready(seen) >= wanted.Replicas && (seen.Status?.UpdatedReplicas ?? 0) >= wanted.Replicas;

    private static bool HasNone(V1Deployment? seen) => seen is not null && IsCurrent(seen) && (seen.Status?.Replicas ?? 0) == 0;

    private static string? Failure(V1Deployment? seen) =>
        seen?.Status?.Conditions?.FirstOrDefault(c => c is { Type: "Progressing", Status: "False" } or { Type: "ReplicaFailure", Status: "True" })?.Message;
}
