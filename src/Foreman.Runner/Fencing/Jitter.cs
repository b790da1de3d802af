namespace Foreman.Runner.Fencing;

/// <summary>Random numbers for several threads, from one seed.</summary>
internal sealed class Jitter(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    /// <summary>From 0 up to, not including, 1.</summary>
    public double Next()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
