namespace Foreman.Scheduling;

/// <summary>How slots are shared between queues.</summary>
public sealed record FairShareSettings
{
    /// <summary>After how long use counts for half: 6 h. One night of work is mostly forgiven by the next one. More than zero.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How many tokens weigh as much as one second of a slot: 1,000. Those found in a model's cache don't count. More than zero.</summary>
    public int TokensPerSecond { get; init; } = 1000;

    /// <summary>What a task is taken to need while none of its Agent and kind has ended: 10 min of a slot.</summary>
    public TimeSpan UnknownRun { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many later tasks of its queue and priority may start before a task because they go on with work that was begun: 64.</summary>
    public int MostOvertaking { get; init; } = 64;
}
