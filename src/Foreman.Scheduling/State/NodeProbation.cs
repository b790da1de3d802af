namespace Foreman.Scheduling;

/// <summary>A host that left assignments unclaimed.</summary>
/// <param name="Failures">Assignments left unclaimed since it last claimed one.</param>
/// <param name="Until">Uptime until which it gets nothing: from the second strike on.</param>
public sealed record NodeProbation(int Failures, TimeSpan Until);
