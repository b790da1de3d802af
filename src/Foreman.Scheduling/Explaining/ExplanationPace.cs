namespace Foreman.Scheduling;

/// <summary>
/// How often an explanation is written whose reason stays and whose numbers change. All waiting tasks together take about 20 such writes a
/// minute, spread by their UIDs: what changes for all of them at once must not be written for all of them at once.
/// </summary>
internal static class ExplanationPace
{
    private static readonly TimeSpan Share = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LeastRemembered = TimeSpan.FromMinutes(1);

    /// <summary>Least time between two explanations of a task that differ in numbers.</summary>
    /// <param name="uid">The task.</param>
    /// <param name="waiting">How many tasks wait.</param>
    /// <param name="least">What its reason asks for at least.</param>
    public static TimeSpan Between(string uid, int waiting, TimeSpan least) => Between(FactorOf(uid), waiting, least);

    /// <summary>The same for a task whose factor is known.</summary>
    /// <param name="factor">That of the task.</param>
    /// <param name="waiting">How many tasks wait.</param>
    /// <param name="least">What its reason asks for at least.</param>
    public static TimeSpan Between(double factor, int waiting, TimeSpan least)
    {
        var share = Share * (waiting * factor);
        return share > least ? share : least;
    }

    /// <summary>How long it is remembered what a task was told: until its numbers may be refreshed, also when the queue has become twice as long by then.</summary>
    /// <param name="between">Least time between two explanations of it that differ in numbers.</param>
    public static TimeSpan Remembered(TimeSpan between) => 2 * between > LeastRemembered ? 2 * between : LeastRemembered;

    /// <summary>How much longer than its share a task waits: 1 to 2.</summary>
    /// <param name="uid">The task.</param>
    public static double FactorOf(string uid) => 1 + Fraction(uid);

    // FNV-1a: the same in each process, as decisions must be.
    private static double Fraction(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash / (double)uint.MaxValue;
    }
}
