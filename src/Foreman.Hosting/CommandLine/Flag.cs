namespace Foreman.Hosting;

/// <summary>What a flag takes.</summary>
public enum FlagKind
{
    /// <summary>One text; given again, the last one counts.</summary>
    Text,

    /// <summary>True or false; the flag alone means true.</summary>
    Switch,

    /// <summary>A text for each time that it is given; in the environment separated by commas.</summary>
    Repeated,
}

/// <summary>A flag of a program.</summary>
/// <param name="Name">Name without dashes.</param>
/// <param name="Default">Value when it is not set; empty for none.</param>
/// <param name="Help">What it does.</param>
public sealed record Flag(string Name, string Default, string Help)
{
    /// <summary>What it takes.</summary>
    public FlagKind Kind { get; init; }

    /// <summary>What stands for the value in the help.</summary>
    public string Value { get; init; } = "TEXT";

    /// <summary>Why it has no effect in this release; null when it has one.</summary>
    public string? NoEffect { get; init; }

    /// <summary>The environment variable that sets it when the command line does not.</summary>
    public string Variable => "FOREMAN_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>A flag that is accepted and has no effect.</summary>
    public static Flag WithoutEffect(string name, string @default, string why, FlagKind kind = FlagKind.Text) =>
        new(name, @default, $"Accepted, without effect: {why}") { NoEffect = why, Kind = kind };
}
