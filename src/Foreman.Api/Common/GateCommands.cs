namespace Foreman.Api;

/// <summary>Commands of a gate; an absent one is not run.</summary>
public sealed record GateCommands
{
    /// <summary>Checks the format.</summary>
    public string? Format { get; init; }

    /// <summary>Runs the linter.</summary>
    public string? Lint { get; init; }

    /// <summary>Builds.</summary>
    public string? Build { get; init; }

    /// <summary>Runs the tests.</summary>
    public string? Test { get; init; }

    /// <summary>Checks that generated code is up to date.</summary>
    public string? CodegenCheck { get; init; }
}
