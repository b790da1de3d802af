using Foreman.Api;

namespace Foreman.Jobs;

/// <summary>Why no Job is made of a run.</summary>
/// <param name="Reason">For the task's status.</param>
/// <param name="Path">The field that is wrong, of the task, its Agent or the operator's configuration.</param>
/// <param name="Why">What is wrong and what to do, without a full stop.</param>
public sealed record JobFault(FailureReason Reason, string Path, string Why);
