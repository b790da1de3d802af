namespace Foreman.Testing.Forges;

/// <summary>What a forge of the tests keeps. One request at a time reads and changes it.</summary>
public sealed class ForgeStore
{
    private readonly Dictionary<string, StoredRepository> _repositories = new(StringComparer.OrdinalIgnoreCase);
    private long _lastId = 1000;

    /// <summary>Held while a request is answered.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>All repositories.</summary>
    public IEnumerable<StoredRepository> Repositories => _repositories.Values;

    /// <summary>Makes a repository.</summary>
    public StoredRepository Add(string fullName) => _repositories[fullName] = new StoredRepository(fullName, NextId());

    /// <summary>A repository; null when there is none.</summary>
    public StoredRepository? Find(string fullName) => _repositories.GetValueOrDefault(fullName);

    /// <summary>An id that nothing else has.</summary>
    public long NextId() => ++_lastId;
}

/// <summary>A repository.</summary>
public sealed class StoredRepository(string fullName, long id)
{
    /// <summary>Its full name.</summary>
    public string FullName { get; } = fullName;

    /// <summary>All before the last slash.</summary>
    public string Owner => FullName[..FullName.LastIndexOf('/')];

    /// <summary>The forge's number for it.</summary>
    public long Id { get; } = id;

    /// <summary>Issues and pull requests.</summary>
    public List<StoredThread> Threads { get; } = [];

    /// <summary>Labels that exist.</summary>
    public List<(long Id, string Name)> Labels { get; } = [];

    /// <summary>Branches that are there besides those of pull requests.</summary>
    public List<string> Branches { get; } = [];

    /// <summary>False where the plan sells no drafts.</summary>
    public bool HasDrafts { get; set; } = true;

    /// <summary>Adds an issue.</summary>
    public StoredThread AddIssue(long number, string title, string body) => Add(new StoredThread { Number = number, Title = title, Body = body });

    /// <summary>Adds a pull request.</summary>
    public StoredThread AddPull(long number, string title, string body, StoredBranches branches) =>
        Add(new StoredThread { Number = number, Title = title, Body = body, Branches = branches });

    /// <summary>The next free number.</summary>
    public long NextNumber => Threads.Count == 0 ? 1 : Threads.Max(t => t.Number) + 1;

    /// <summary>Open pull requests.</summary>
    public IReadOnlyList<StoredThread> OpenPulls => [.. Threads.Where(t => t is { Branches: not null, State: "open" })];

    private StoredThread Add(StoredThread thread)
    {
        Threads.Add(thread);
        return thread;
    }
}

/// <summary>Where the branch of a pull request lies, and where it goes.</summary>
public sealed record StoredBranches(string HeadRepository, string Head, string Base)
{
    /// <summary>Tip of the head.</summary>
    public string HeadSha { get; init; } = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    /// <summary>Where the diff begins.</summary>
    public string BaseSha { get; init; } = "c5b97d5ae6c19d5c5df71a34c7fbeeda2479ccbc";
}

/// <summary>An issue or pull request.</summary>
public sealed class StoredThread
{
    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>Its title, with the mark of a draft where the forge keeps it there.</summary>
    public required string Title { get; set; }

    /// <summary>Its text.</summary>
    public required string Body { get; set; }

    /// <summary>open, closed or merged.</summary>
    public string State { get; set; } = "open";

    /// <summary>Who wrote it; null when the account is gone.</summary>
    public string? Author { get; set; } = "octocat";

    /// <summary>Names of its labels.</summary>
    public List<string> Labels { get; } = [];

    /// <summary>Accounts that it is assigned to.</summary>
    public List<string> Assignees { get; } = [];

    /// <summary>When it was changed last.</summary>
    public string UpdatedAt { get; set; } = "2031-03-10T08:00:00Z";

    /// <summary>Comments on the whole, oldest first.</summary>
    public List<StoredNote> Comments { get; } = [];

    /// <summary>Of a pull request.</summary>
    public StoredBranches? Branches { get; set; }

    /// <summary>Whether it is a draft, where the forge has a field of its own for it.</summary>
    public bool IsDraft { get; set; }

    /// <summary>Changed files.</summary>
    public List<StoredFile> Files { get; } = [];

    /// <summary>The diff.</summary>
    public string Diff { get; set; } = "";

    /// <summary>Reviews, oldest first.</summary>
    public List<StoredReview> Reviews { get; } = [];

    /// <summary>Check runs of its tip; GitHub alone has them.</summary>
    public List<StoredCheck> Checks { get; } = [];

    /// <summary>Every status of its tip that was ever set, oldest first; on GitLab the jobs of its pipeline.</summary>
    public List<StoredStatus> Statuses { get; } = [];

    /// <summary>State of GitLab's pipeline; null where there is none.</summary>
    public string? Pipeline { get; set; }

    /// <summary>The commit that GitLab's pipeline ran on; null for the tip.</summary>
    public string? PipelineSha { get; set; }

    /// <summary>What GitLab's pipeline ran on; null for the branch.</summary>
    public string? PipelineRef { get; set; }
}

/// <summary>A check run.</summary>
public sealed record StoredCheck(string Name, string Status, string? Conclusion)
{
    /// <summary>Headline of its output.</summary>
    public string? Title { get; init; }

    /// <summary>Text of its output.</summary>
    public string? Summary { get; init; }

    /// <summary>What it says of places in the files.</summary>
    public IReadOnlyList<StoredAnnotation> Annotations { get; init; } = [];
}

/// <summary>What a check run says of a place in a file; its level in GitHub's words.</summary>
public sealed record StoredAnnotation(string Path, long Line, string Level, string Message)
{
    /// <summary>More of it.</summary>
    public string? Details { get; init; }
}

/// <summary>A status of a commit, or a job; its state in the forge's words.</summary>
public sealed record StoredStatus(long Id, string Name, string State, string Description)
{
    /// <summary>True for a job that may fail.</summary>
    public bool MayFail { get; init; }
}

/// <summary>A comment.</summary>
public sealed record StoredNote(long Id, string Author, string Body, string CreatedAt)
{
    /// <summary>True for what GitLab writes itself.</summary>
    public bool IsSystem { get; init; }

    /// <summary>The file of a comment on a line.</summary>
    public string? Path { get; init; }

    /// <summary>Its line in the new file.</summary>
    public long? Line { get; init; }

    /// <summary>The line that it was written on, where that was changed since.</summary>
    public long? OriginalLine { get; init; }
}

/// <summary>A changed file.</summary>
public sealed record StoredFile(string Path, string Status, int Additions, int Deletions)
{
    /// <summary>Its path before.</summary>
    public string? PreviousPath { get; init; }
}

/// <summary>A review; its state in GitHub's words.</summary>
public sealed record StoredReview(long Id, string Author, string State, string Body)
{
    /// <summary>Comments on lines.</summary>
    public List<StoredNote> Lines { get; } = [];

    /// <summary>When it was submitted.</summary>
    public string SubmittedAt { get; init; } = "2019-11-17T17:43:43Z";

    /// <summary>The commit that was reviewed.</summary>
    public string Commit { get; init; } = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    /// <summary>False for somebody who may not write to the repository, whose review anybody could write.</summary>
    public bool IsOfMember { get; init; } = true;

    /// <summary>True when somebody dismissed it, where the forge keeps the state beside that.</summary>
    public bool IsDismissed { get; init; }
}
