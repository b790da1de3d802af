using System.Globalization;
using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Runner.Progress;

/// <summary>Tells of a run's wait for its model server, in its progress and, when it lasts, in a condition. Pure.</summary>
internal static class WaitReport
{
    /// <summary>A wait that has lasted so long when progress is written has a condition.</summary>
    internal static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);

    // The field takes 512 characters.
    private const int MaxMessage = 500;

    /// <summary>The wait as progress has it.</summary>
    internal static TaskWait Of(ModelWait wait) => new()
    {
        Reason = wait.Reason switch
        {
            ModelWaitReason.Loading => Reasons.ModelLoading,
            ModelWaitReason.Busy => Reasons.ModelBusy,
            _ => Reasons.ModelFailing,
        },
        Message = Printable.Line(wait.Message, MaxMessage),
        Since = wait.Since,
        Until = wait.Until,
    };

    /// <summary>The conditions of a running task with this progress.</summary>
    /// <param name="conditions">Those that it has.</param>
    /// <param name="wait">What is waited for; null for nothing.</param>
    /// <param name="generation">Of the task.</param>
    /// <param name="now">Time of the write.</param>
    /// <returns>The same list when nothing changes.</returns>
    internal static IReadOnlyList<V1Condition> ConditionsWith(IReadOnlyList<V1Condition> conditions, TaskWait? wait, long? generation, DateTimeOffset now) =>
        wait?.Since is not { } since || now - since < Lasting ? conditions.Without(ConditionTypes.Waiting) : conditions.Set(
            new V1Condition
            {
                Type = ConditionTypes.Waiting,
                Status = Conditions.True,
                ObservedGeneration = generation,
                Reason = wait.Reason,
                Message = Text(wait, since),
            },
            now);

    private static string Text(TaskWait wait, DateTimeOffset since) => string.Create(
        CultureInfo.InvariantCulture,
        $"waits for the model server since {since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}{(wait.Until is { } until ? $", until {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} at the latest" : "")}: {wait.Message}");
}
