namespace Foreman.Schedules;

/// <summary>The times of a schedule within a span.</summary>
/// <param name="Latest">The last one.</param>
/// <param name="Count">How many there are, up to <see cref="MostCounted"/>.</param>
internal readonly record struct Slots(DateTimeOffset Latest, int Count)
{
    /// <summary>More are not counted.</summary>
    public const int MostCounted = 1000;
}
