namespace Foreman.Operator.Try;

/// <summary>Options of <c>try</c>.</summary>
internal sealed record TryOptions
{
    public const string DefaultPrompt = "Write a file named hello.txt with the text: good morning";

    /// <summary>Most agents that are started on one machine.</summary>
    public const int MaxNodes = 8;

    public string Prompt { get; init; } = DefaultPrompt;

    /// <summary>Absolute path of the clone that the task changes; null for an empty workspace.</summary>
    public string? Repo { get; init; }

    /// <summary>The branch of that clone that the change begins at; null for main, or its default branch.</summary>
    public string? BaseBranch { get; init; }

    /// <summary>Name of the task, and of its branch in a clone.</summary>
    public string TaskName { get; init; } = "hello";

    public Uri? ModelUrl { get; init; }

    public string? Model { get; init; }

    public int Nodes { get; init; } = 1;

    /// <summary>When the task is begun again and again; null for once and at once.</summary>
    public string? Schedule { get; init; }

    /// <summary>How long a schedule is followed.</summary>
    public TimeSpan For { get; init; } = TimeSpan.FromSeconds(150);

    public bool Keep { get; init; }

    public bool Json { get; init; }
}
