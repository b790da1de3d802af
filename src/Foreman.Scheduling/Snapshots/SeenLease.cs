using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>When a Lease was seen. Renewals ask for no decision of their own, so the next decision may come much later.</summary>
/// <param name="Lease">The Lease: the same object that the snapshot has.</param>
/// <param name="At">Uptime at which it was seen.</param>
public sealed record SeenLease(V1Lease Lease, TimeSpan At);
