namespace Foreman.Operator.Cli;

/// <summary>A flag of the daemon.</summary>
/// <param name="Name">Name without dashes.</param>
/// <param name="Default">Value when it is not set; empty for none.</param>
/// <param name="Help">What it does.</param>
internal sealed record Flag(string Name, string Default, string Help)
{
    /// <summary>True when the flag alone means true.</summary>
    public bool Switch { get; init; }

    /// <summary>What stands for the value in the help.</summary>
    public string Value { get; init; } = "TEXT";

    /// <summary>Why setting it changes nothing; null when it does.</summary>
    public string? NoEffect { get; init; }

    /// <summary>The environment variable: <c>FOREMAN_</c> and the name in capitals.</summary>
    public string Variable => "FOREMAN_" + Name.Replace('-', '_').ToUpperInvariant();
}
