namespace Foreman.Bench.Loop;

/// <summary>One thing that was measured of the agent loop.</summary>
/// <param name="What">What it is, in words.</param>
/// <param name="Measured">The figures with their units, or why there are none.</param>
/// <param name="Aim">What is aimed at; empty when nothing is.</param>
/// <param name="IsMet">False when the aim was missed; true too where nothing could be measured.</param>
internal sealed record LoopRow(string What, string Measured, string Aim, bool IsMet = true)
{
    public override string ToString() => $"| {What} | {Measured} | {Aim}{(IsMet ? "" : ", missed")} |";
}
