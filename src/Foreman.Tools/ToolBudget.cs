namespace Foreman.Tools;

/// <summary>
/// What one call may spend. Loops over foreign data report their work here, so that every call ends soon after its time is
/// over or its run is stopped; asking costs next to nothing until some work has come together.
/// </summary>
/// <param name="time">The clock of <paramref name="deadline"/>.</param>
/// <param name="deadline">The time of the whole call, longer than zero.</param>
/// <param name="stop">Cancelled when the call must end.</param>
internal sealed class ToolBudget(TimeProvider time, TimeSpan deadline, CancellationToken stop)
{
    /// <summary>So much work, about a tenth of a millisecond, is done between two looks at the clock.</summary>
    internal const int UnitsBetweenChecks = 1 << 16;

    private readonly long _started = time.GetTimestamp();
    private long _unchecked;

    /// <summary>Cancelled when the call must end.</summary>
    internal CancellationToken Stop => stop;

    /// <summary>True once three quarters of the time are spent: a search then returns what it has.</summary>
    internal bool IsNearlySpent => time.GetElapsedTime(_started) > deadline * 0.75;

    /// <summary>The budget of what is left to do once the call is over, also when it was stopped.</summary>
    /// <param name="within">The time for it, longer than zero.</param>
    internal ToolBudget Afterwards(TimeSpan within) => new(time, within, CancellationToken.None);

    /// <summary>Reports work, about a nanosecond a unit: a byte that was read, a character that was compared.</summary>
    /// <exception cref="OperationCanceledException">The call must end.</exception>
    internal void Spend(long units)
    {
        _unchecked += units;
        if (_unchecked >= UnitsBetweenChecks)
        {
            Check();
        }
    }

    /// <summary>Looks at once.</summary>
    /// <exception cref="OperationCanceledException">The call must end.</exception>
    internal void Check()
    {
        _unchecked = 0;
        stop.ThrowIfCancellationRequested();
    }
}
