namespace Foreman.Api;

/// <summary>How a repository is checked.</summary>
public sealed record GateProfile
{
    /// <summary>Language whose usual commands apply; when absent, the one that the repository is mostly written in.</summary>
    public GateLanguage? Language { get; init; }

    /// <summary>Container image that the gate runs in.</summary>
    public string? Image { get; init; }

    /// <summary>File endings that count as source.</summary>
    public IReadOnlyList<string>? SourceExtensions { get; init; }

    /// <summary>Where tests and sources lie.</summary>
    public TestLayout? TestLayout { get; init; }

    /// <summary>Commands of the gate.</summary>
    public GateCommands? Commands { get; init; }
}

/// <summary>Commands of a gate, run by sh. An absent one is the language's usual one, an empty one is not run.</summary>
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

/// <summary>Where tests and sources lie in a repository.</summary>
public sealed record TestLayout
{
    /// <summary>Folder of the tests.</summary>
    public string? TestRoot { get; init; }

    /// <summary>Folder of the sources.</summary>
    public string? SourceRoot { get; init; }
}

/// <summary>Which changes a coder may pass by itself.</summary>
public sealed record VerdictPolicy
{
    /// <summary>Kinds of change for which the coder's own GO suffices; code-fix, docs, packaging and config when empty.</summary>
    public IReadOnlyList<VerdictItem>? SelfGO { get; init; }
}
