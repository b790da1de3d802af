namespace Foreman.Runner.Repositories;

/// <summary>Where tokens for git servers and forges are stored.</summary>
internal interface ITokenStore
{
    /// <summary>Where that is, at the beginning of a sentence.</summary>
    string Place { get; }

    /// <summary>Reads them. It is called once at a time.</summary>
    /// <param name="last">What was read before, which may be returned again; null for nothing.</param>
    /// <param name="stop">Ends it.</param>
    Task<TokenReading> ReadAsync(TokenReading? last, CancellationToken stop);
}

/// <summary>What was read.</summary>
/// <param name="Values">By key.</param>
/// <param name="Problem">Why nothing could be read, and what to do; null when it could.</param>
internal sealed record TokenReading(IReadOnlyDictionary<string, byte[]> Values, string? Problem)
{
    /// <summary>Keys that are there and whose values could not be read, with why.</summary>
    public IReadOnlyDictionary<string, string> Unreadable { get; init; } = new Dictionary<string, string>();

    /// <summary>Nothing, and why.</summary>
    public static TokenReading None(string problem) => new(new Dictionary<string, byte[]>(), problem);

    /// <summary>No value.</summary>
    public override string ToString() => Problem ?? $"{Values.Count} values";
}
