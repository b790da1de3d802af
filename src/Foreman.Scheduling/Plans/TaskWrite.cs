using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>One write to a task's status.</summary>
/// <param name="Kind">Which of the table of writes.</param>
/// <param name="Task">The task as decided upon.</param>
/// <param name="Patch">The write: its tests and changes are one request.</param>
/// <param name="After">The task as it will be read: assumed until confirmed or forgotten.</param>
/// <param name="Event">What people are told; null for nothing.</param>
public sealed record TaskWrite(TaskWriteKind Kind, AgenticTask Task, V1Patch Patch, AgenticTask After, PlannedEvent? Event);
