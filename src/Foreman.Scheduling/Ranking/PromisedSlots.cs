using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// Slots of models that tasks of one host were promised since it told how many are idle. A run that was claimed before that is among what it told.
/// Both times are the host's own; a run of the operator has its claim by another clock, which costs a few points at most.
/// </summary>
/// <param name="toldAt">When the host told its figures, by its own clock; null when it did not say.</param>
internal sealed class PromisedSlots(DateTimeOffset? toldAt)
{
    private Dictionary<string, int>? _byModel;

    /// <summary>How many slots of a model were promised since.</summary>
    /// <param name="model">Name of the model, as it was promised.</param>
    public int Of(string model) => _byModel?.GetValueOrDefault(model) ?? 0;

    /// <summary>Counts a task that the host has.</summary>
    /// <param name="task">The task.</param>
    public void Add(AgenticTask task)
    {
        if (task.HoldsSlot() && !IsTold(task, toldAt) && task.Status.Model?.Name is { Length: > 0 } model)
        {
            _byModel ??= new(StringComparer.Ordinal);
            _byModel[model] = _byModel.GetValueOrDefault(model) + 1;
        }
    }

    /// <summary>True when a run is among what its host told.</summary>
    /// <param name="task">A task that the host has.</param>
    /// <param name="toldAt">When the host told its figures; null when it did not say.</param>
    public static bool IsTold(AgenticTask task, DateTimeOffset? toldAt) => toldAt is { } told && task.IsRunning() && task.Status.Claim?.AcquiredAt <= told;
}
