namespace Foreman.Bench.Loop;

/// <summary>One thing that was measured of the agent loop.</summary>
/// <param name="What">What it is, in words.</param>
/// <param name="Measured">The figures with their units, or why there are none.</param>
/// <param name="Aim">What is aimed at; empty when nothing is.</param>
/// <param name="IsMet">False when the aim was missed, or was not measured.</param>
internal sealed record LoopRow(string What, string Measured, string Aim, bool IsMet = true)
{
    /// <summary>Something that could not be measured here: an aim without a figure is not met.</summary>
    /// <param name="what">What it is, in words.</param>
    /// <param name="why">Why it could not be measured.</param>
    /// <param name="aim">What is aimed at; empty when nothing is.</param>
    public static LoopRow NotMeasured(string what, string why, string aim) => new(what, $"not measured: {why}", aim, aim.Length == 0);

    public override string ToString() => $"| {What} | {Measured} | {Aim}{(IsMet ? "" : ", missed")} |";
}
