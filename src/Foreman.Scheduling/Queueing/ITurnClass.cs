namespace Foreman.Scheduling;

/// <summary>What turns ask of waiting tasks that have the same chances. Both answers change from true to false only, as hosts take tasks.</summary>
internal interface ITurnClass
{
    /// <summary>True while a host takes one of them.</summary>
    bool IsTaken { get; }

    /// <summary>True while a host takes one of them that has its model in memory, or needs none.</summary>
    bool StartsAtOnce { get; }
}

/// <summary>Tasks of which is asked in what order they come, whatever hosts there are.</summary>
internal sealed class AnyTurnClass : ITurnClass
{
    private AnyTurnClass()
    {
    }

    /// <summary>The class.</summary>
    public static AnyTurnClass Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsTaken => true;

    /// <inheritdoc/>
    public bool StartsAtOnce => true;
}
