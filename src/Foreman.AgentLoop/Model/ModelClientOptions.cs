namespace Foreman.AgentLoop.Model;

/// <summary>Timeouts and retries of a client of a model server.</summary>
internal sealed record ModelClientOptions
{
    /// <summary>From the request to the header of its answer; a local server reads the whole prompt in this time.</summary>
    internal TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest silence within an answer.</summary>
    internal TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often a failed request is repeated.</summary>
    internal int MaxRetries { get; init; } = 3;

    /// <summary>How long a model may take to load before it counts as failed.</summary>
    internal TimeSpan LoadingBudget { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Tokens of prompt and answer together that the run asks a server for which sets its window by request; null leaves it to the server.</summary>
    internal int? ContextTokens { get; init; }

    /// <summary>How long the usage is waited for after the end of an answer; some servers then hold the connection open.</summary>
    internal TimeSpan UsageGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The largest single event of a stream, and the largest answer of a server that doesn't stream.</summary>
    internal int MaxEventBytes { get; init; } = 8 << 20;
}
