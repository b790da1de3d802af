using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Runner.Gates;

/// <summary>The names of checks, as they stand in results.</summary>
internal static class Checks
{
    public const string Setup = "setup";
    public const string Format = "format";
    public const string Lint = "lint";
    public const string Build = "build";
    public const string Test = "test";
    public const string Codegen = "codegen";
    public const string Bite = "bite";

    /// <summary>What a change does to the checks themselves.</summary>
    public const string Changed = "checks";
}

/// <summary>One command of a gate.</summary>
internal sealed record GateCheck
{
    /// <summary>One of <see cref="Checks"/>.</summary>
    public required string Name { get; init; }

    /// <summary>For sh; exit code 0 passes.</summary>
    public required string Command { get; init; }

    /// <summary>What the repository says that the command does, such as the text of a script; empty for a usual command.</summary>
    public string Declared { get; init; } = "";

    /// <summary>True for a command of the task's profile.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Folder in the repository that it runs in; empty for the root.</summary>
    public string Folder { get; init; } = "";

    /// <summary>What it needs to be installed.</summary>
    public ImmutableArray<GateTool> Tools { get; init; } = [];

    /// <summary>The longest run.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>True when the checks behind it can't run unless it passes.</summary>
    public bool IsNeeded => Name is Checks.Setup or Checks.Build;

    /// <summary>True when a failure that the base has too is no failure of the change.</summary>
    public bool ComparesWithBase { get; init; }

    /// <summary>Exit codes besides 0 that pass, such as that of a test runner that found no tests.</summary>
    public ImmutableArray<int> AlsoPasses { get; init; } = [];

    /// <summary>Beginnings of lines by which the command says that it ran nothing although there is something to run: then it checked nothing.</summary>
    public ImmutableArray<string> RanNothing { get; init; } = [];
}

/// <summary>Something that has to be installed.</summary>
/// <param name="Name">As people know it.</param>
/// <param name="Probe">For sh; exit code 0 when it is there.</param>
/// <param name="Remedy">How it is installed, in the imperative.</param>
internal sealed record GateTool(string Name, string Probe, string Remedy)
{
    /// <summary>A program that must be found.</summary>
    public static GateTool Program(string name, string remedy) => new(name, $"command -v {name}", remedy);
}

/// <summary>What a gate will run.</summary>
internal sealed record GatePlan
{
    /// <summary>The language whose usual commands apply.</summary>
    public required GateLanguage Language { get; init; }

    /// <summary>What is checked; null where only the task's commands say how.</summary>
    public GateProject? Project { get; init; }

    /// <summary>In the order in which they run.</summary>
    public ImmutableArray<GateCheck> Checks { get; init; } = [];

    /// <summary>Which files are tests and which are sources.</summary>
    public required TestFiles Tests { get; init; }

    /// <summary>Variables of the environment of all checks; <c>{cache}</c> in a value stands for a folder that outlives a check.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Changed sources and tests of other projects of the repository, which the checks do not reach.</summary>
    public ImmutableArray<string> NotReached { get; init; } = [];

    /// <summary>Why there is nothing to run, and what to do; null when there is.</summary>
    public string? Nothing { get; init; }
}
