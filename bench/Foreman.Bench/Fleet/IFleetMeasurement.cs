namespace Foreman.Bench.Fleet;

/// <summary>One row of the table: measured on an API server of its own, with nothing in it.</summary>
internal interface IFleetMeasurement
{
    /// <summary>What is measured, in words.</summary>
    string What { get; }

    /// <summary>What is aimed at.</summary>
    string Aim { get; }

    /// <summary>Measures.</summary>
    /// <param name="cluster">The API server.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="TimeoutException">Something that is waited for did not happen.</exception>
    /// <exception cref="InvalidOperationException">A part of the fleet has ended, or was too slow for the figures to mean anything.</exception>
    Task<FleetResult> MeasureAsync(FleetCluster cluster, TimeProvider time, CancellationToken stop);
}

/// <summary>What was measured.</summary>
/// <param name="Measured">The figures with their units.</param>
/// <param name="IsMet">False when the aim was missed.</param>
/// <param name="Figures">The figures for programs, by names that end in their units.</param>
internal sealed record FleetResult(string Measured, bool IsMet, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>The median of some figures: of an even number, the larger one of the two in the middle.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
