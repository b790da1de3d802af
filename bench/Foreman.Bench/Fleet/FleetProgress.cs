namespace Foreman.Bench.Fleet;

/// <summary>Says on standard error what is going on, as some rows take minutes.</summary>
internal static class FleetProgress
{
    /// <summary>Writes one line.</summary>
    public static void Tell(FormattableString text) => Console.Error.WriteLine("bench: " + FormattableString.Invariant(text));
}
