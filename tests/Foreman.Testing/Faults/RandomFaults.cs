namespace Foreman.Testing.Faults;

/// <summary>
/// Faults by chance. What happens to the n-th call of a verb and path follows from the seed alone, however the calls of
/// several clients interleave, so that a run can be repeated.
/// </summary>
/// <param name="seed">The seed.</param>
public sealed class RandomFaults(int seed) : IFaultSource
{
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);

    /// <summary>Which calls; all when not set.</summary>
    public CallMatch Match { get; init; } = CallMatch.Any;

    /// <summary>Share of the calls that are hit, from 0 to 1.</summary>
    public double Share { get; init; } = 0.2;

    /// <summary>Makes a fault for a call. Default: <see cref="Usual"/>.</summary>
    public Func<ApiCall, Random, Fault> Draw { get; init; } = Usual;

    /// <inheritdoc/>
    public Fault? Next(ApiCall call)
    {
        if (!Match.Fits(call))
        {
            return null;
        }

        var key = $"{call.Verb} {call.Path}";
        _calls[key] = _calls.GetValueOrDefault(key) + 1;
        return At(key, _calls[key], call);
    }

    /// <inheritdoc/>
    public override string ToString() => $"random faults of seed {seed}";

    /// <summary>The usual mix: watches end, expire, repeat and reorder; other calls are refused, delayed or lost; everything is cut.</summary>
    public static Fault Usual(ApiCall call, Random random) => (call.Verb == "watch", random.Next(7)) switch
    {
        (_, 0) => new Fault.Reset(),
        (_, 1) => new Fault.Cut(random.Next(4000), random.Next(2) == 0 ? CutHow.Stream : CutHow.Connection),
        (_, 2) => Fault.Answer.In(random.Next(2) == 0 ? 429 : 503, 1),
        (_, 3) => new Fault.Answer(500),
        (true, 4) => new Fault.EndWatch(TimeSpan.FromMilliseconds(random.Next(500))),
        (true, 5) => new Fault.ExpireWatch(random.Next(20)),
        (true, _) => random.Next(2) == 0 ? new Fault.DuplicateEvents(1 + random.Next(5)) : new Fault.ReplayEvents(1 + random.Next(5)),
        (_, 4) => new Fault.LoseAnswer(),
        (_, 5) => new Fault.SlowBody(20_000 + random.Next(100_000)),
        _ => new Fault.Delay(TimeSpan.FromMilliseconds(random.Next(100))),
    };

    private Fault? At(string key, int nth, ApiCall call)
    {
        // FNV-1a: the same on every machine, which string.GetHashCode is not.
        var hash = unchecked((uint)seed * 2_654_435_761u) ^ 2_166_136_261u;
        foreach (var character in $"{key} {nth}")
        {
            hash = unchecked((hash ^ character) * 16_777_619u);
        }

        var random = new Random(unchecked((int)hash));
        return random.NextDouble() < Share ? Draw(call, random) : null;
    }
}
