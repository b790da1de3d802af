namespace Foreman.Scheduling;

/// <summary>A host that left assignments unclaimed.</summary>
/// <param name="Strikes">Assignments left unclaimed since it last claimed one.</param>
/// <param name="Until">Uptime until which it gets nothing: from the second strike on.</param>
public sealed record NodeTrial(int Strikes, TimeSpan Until);
