namespace Foreman.Testing;

/// <summary>What to run, where, with which environment.</summary>
public sealed record ProcessRequest
{
    /// <summary>The program: an absolute path, or a name to be found on PATH.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Its working directory; the test's own when null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Changes to the inherited environment; a null value removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Text on standard input for commands that are run to their end; without it standard input is empty.</summary>
    public string? Input { get; init; }

    /// <summary>The command as a person would read it.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Path.GetFileName(Program)));
}
