using System.Collections.Frozen;

namespace Foreman.Api;

/// <summary>What a tool does and needs: scheduling, placement, the built-in Agent and the dispatcher of calls decide by it.</summary>
[Flags]
public enum ToolTraits
{
    /// <summary>No trait.</summary>
    None = 0,

    /// <summary>It changes nothing: a call needs no intent record and may be repeated.</summary>
    ReadOnly = 1,

    /// <summary>It reads or writes the run's files, so the run must be where the files are.</summary>
    NeedsWorkspace = 2,

    /// <summary>It opens network connections beyond the model server.</summary>
    NeedsNetwork = 4,

    /// <summary>It uses a credential, which must never reach the model.</summary>
    Secrets = 8,

    /// <summary>Its effects outside the workspace can't be undone.</summary>
    Irreversible = 16,

    /// <summary>It runs programs of the host, so the host must be able to confine them.</summary>
    RunsCommands = 32,
}

/// <summary>The tools that this release offers to models: the single definition of their names and traits.</summary>
public static class KnownTools
{
    /// <summary>Reads a text file.</summary>
    public const string ReadFile = "read_file";

    /// <summary>Writes a whole file.</summary>
    public const string WriteFile = "write_file";

    /// <summary>Replaces a text within a file.</summary>
    public const string StrReplace = "str_replace";

    /// <summary>Finds lines that match a pattern.</summary>
    public const string Grep = "grep";

    /// <summary>Lists files and directories.</summary>
    public const string ListFiles = "list_files";

    /// <summary>Runs a shell command in a sandbox.</summary>
    public const string Bash = "bash";

    /// <summary>Reads an issue of a forge.</summary>
    public const string FetchIssue = "fetch_issue";

    /// <summary>Reads a pull request of a forge.</summary>
    public const string FetchPullRequest = "fetch_pull_request";

    /// <summary>Makes or changes a schedule.</summary>
    public const string ScheduleSet = "schedule_set";

    /// <summary>Lists schedules.</summary>
    public const string ScheduleList = "schedule_list";

    /// <summary>Deletes a schedule.</summary>
    public const string ScheduleDelete = "schedule_delete";

    /// <summary>Tells what became of the last times of schedules.</summary>
    public const string ScheduleHistory = "schedule_history";

    /// <summary>Ends the run with a result.</summary>
    public const string SubmitResult = "submit_result";

    /// <summary>The names that an Agent's <c>spec.tools</c> may hold, as texts of CEL: those above, and those of <see cref="DeterministicAgent"/>.</summary>
    internal const string InRules =
        "'bash', 'fetch_issue', 'fetch_pull_request', 'grep', 'list_files', 'read_file', 'run_gate_job', 'run_integrate', 'run_reconcile', 'schedule_delete', 'schedule_history', 'schedule_list', 'schedule_set', 'str_replace', 'submit_result', 'write_file'";

    private static readonly (string Name, ToolTraits Traits)[] Rows =
    [
        (ReadFile, ToolTraits.ReadOnly | ToolTraits.NeedsWorkspace),
        (WriteFile, ToolTraits.NeedsWorkspace),
        (StrReplace, ToolTraits.NeedsWorkspace),
        (Grep, ToolTraits.ReadOnly | ToolTraits.NeedsWorkspace),
        (ListFiles, ToolTraits.ReadOnly | ToolTraits.NeedsWorkspace),
        (Bash, ToolTraits.NeedsWorkspace | ToolTraits.RunsCommands),
        (FetchIssue, ToolTraits.ReadOnly | ToolTraits.NeedsNetwork | ToolTraits.Secrets),
        (FetchPullRequest, ToolTraits.ReadOnly | ToolTraits.NeedsNetwork | ToolTraits.Secrets),
        (ScheduleSet, ToolTraits.NeedsNetwork),
        (ScheduleList, ToolTraits.ReadOnly | ToolTraits.NeedsNetwork),
        (ScheduleDelete, ToolTraits.NeedsNetwork),
        (ScheduleHistory, ToolTraits.ReadOnly | ToolTraits.NeedsNetwork),
        (SubmitResult, ToolTraits.ReadOnly),
    ];

    private static readonly FrozenDictionary<string, ToolTraits> Table = Rows.ToFrozenDictionary(r => r.Name, r => r.Traits, StringComparer.Ordinal);

    /// <summary>Every name, in the order in which models see the tools.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rows.Select(r => r.Name)];

    /// <summary>The traits of a tool; null when this release has no tool of that name.</summary>
    /// <param name="name">Name as an Agent's <c>spec.tools</c> lists it.</param>
    public static ToolTraits? TraitsOf(string name) => Table.TryGetValue(name, out var traits) ? traits : null;
}
