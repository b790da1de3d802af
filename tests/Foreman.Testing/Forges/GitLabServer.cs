using System.Globalization;
using System.Text.Json.Nodes;

namespace Foreman.Testing.Forges;

/// <summary>GitLab by the documentation of its REST API v4.</summary>
public sealed class GitLabServer : ForgeServer
{
    private const string Docs = "https://docs.gitlab.com/api/";
    private static readonly string[] PageNames = ["page", "per_page"];

    /// <summary>Starts it.</summary>
    /// <param name="token">The token that it takes.</param>
    /// <param name="time">Its clock.</param>
    public GitLabServer(string token, TimeProvider time)
        : base(token, time, "/api/v4/")
    {
        Routes =
        [
            new("GET", "projects/{id}", Docs + "projects/#retrieve-a-project", c => Repository(c) is { } r ? ForgeAnswer.Json(200, Project(r)) : NotFound("Project")),
            new("GET", "projects/{id}/issues/{issue_iid}", Docs + "issues/#retrieve-a-project-issue", c => Thread(c, "issue_iid", false) is { } t ? ForgeAnswer.Json(200, Issue(c, t)) : NotFound("Issue")),
            .. Notes("issues", "issue_iid", isPull: false),
            new("GET", "projects/{id}/merge_requests", Docs + "merge_requests/#list-project-merge-requests", ListMergeRequests)
            {
                Query = ["state", "scope", "source_branch", "target_branch", "order_by", "sort", "author_username", "labels", .. PageNames],
            },
            new("POST", "projects/{id}/merge_requests", Docs + "merge_requests/#create-a-merge-request", Create)
            {
                Required = ["source_branch", "target_branch", "title"],
                Optional = ["target_project_id", "description", "labels", "assignee_id", "reviewer_ids", "remove_source_branch", "squash", "allow_collaboration"],
            },
            new("GET", "projects/{id}/merge_requests/{merge_request_iid}", Docs + "merge_requests/#retrieve-a-merge-request", c => MergeRequestOf(c) is { } t ? ForgeAnswer.Json(200, MergeRequest(c, t)) : NotFound("Merge request")),
            new("PUT", "projects/{id}/merge_requests/{merge_request_iid}", Docs + "merge_requests/#update-a-merge-request", Change)
            {
                Optional = ["title", "description", "labels", "add_labels", "remove_labels", "target_branch", "state_event", "assignee_id", "reviewer_ids", "remove_source_branch", "squash"],
            },
            new("GET", "projects/{id}/merge_requests/{merge_request_iid}/diffs", Docs + "merge_requests/#list-merge-request-diffs", c => MergeRequestOf(c) is { } t ? ForgeAnswer.Pages(t.Files.Select(Diff)) : NotFound("Merge request"))
            {
                Query = ["unidiff", .. PageNames],
            },
            new("GET", "projects/{id}/merge_requests/{merge_request_iid}/approvals", Docs + "merge_request_approvals/#retrieve-approval-state-for-a-merge-request", c => MergeRequestOf(c) is { } t ? ForgeAnswer.Json(200, Approvals(t)) : NotFound("Merge request")),
            .. Notes("merge_requests", "merge_request_iid", isPull: true),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ForgeRoute> Routes { get; }

    /// <summary>False as behind proxies that take the links out: then <c>x-next-page</c> alone names the next page.</summary>
    public bool SendsLinks { get; set; } = true;

    /// <inheritdoc/>
    protected override bool HasLinks => SendsLinks;

    /// <inheritdoc/>
    protected override (string Page, string Size) PageParameters => ("page", "per_page");

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> PageHeaders(int page, int pages, int items) => new Dictionary<string, string>
    {
        ["x-page"] = page.ToString(CultureInfo.InvariantCulture),
        ["x-next-page"] = page < pages ? (page + 1).ToString(CultureInfo.InvariantCulture) : "",
        ["x-total-pages"] = pages.ToString(CultureInfo.InvariantCulture),
        ["x-total"] = items.ToString(CultureInfo.InvariantCulture),
    };

    /// <inheritdoc/>
    protected override string? HeaderProblem(ForgeCall call) => call.Headers.GetValueOrDefault("Accept") == "application/json" ? null : "no media type that the call produces";

    /// <summary>True when its projects are public: they are shown without a token, but for their comments.</summary>
    public bool IsPublic { get; set; }

    /// <inheritdoc/>
    protected override bool IsAuthorized(ForgeCall call) => call.Headers.TryGetValue("PRIVATE-TOKEN", out var token)
        ? token == Token
        : IsPublic && call.Method == "GET" && !call.Path.EndsWith("/notes", StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override ForgeAnswer Limited(bool isSecondary, TimeSpan lasts) => new ForgeAnswer(429, "Retry later\n", "text/plain") with
    {
        Headers = isSecondary
            ? new Dictionary<string, string> { ["Retry-After"] = lasts.TotalSeconds.ToString(CultureInfo.InvariantCulture) }
            : new Dictionary<string, string>
            {
                ["RateLimit-Limit"] = "60",
                ["RateLimit-Remaining"] = "0",
                ["RateLimit-Reset"] = (Now + (long)lasts.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            },
    };

    private static ForgeAnswer NotFound(string what) => ForgeAnswer.Error(404, $"404 {what} Not Found");

    private static JsonObject? User(string? name) => name is null ? null : new JsonObject { ["id"] = 1, ["username"] = name, ["state"] = "active" };

    private static JsonObject Project(StoredRepository repository) => new()
    {
        ["id"] = repository.Id,
        ["path_with_namespace"] = repository.FullName,
        ["default_branch"] = "main",
    };

    private static string State(StoredThread thread) => thread.State == "open" ? "opened" : thread.State;

    private static JsonArray Labels(StoredThread thread) => new([.. thread.Labels.Select(l => JsonValue.Create(l))]);

    private StoredThread? MergeRequestOf(ForgeCall call) => Thread(call, "merge_request_iid", true);

    private JsonObject Issue(ForgeCall call, StoredThread thread) => new()
    {
        ["id"] = 9000 + thread.Number,
        ["iid"] = thread.Number,
        ["title"] = thread.Title,
        ["description"] = thread.Body.Length == 0 ? null : thread.Body,
        ["state"] = State(thread),
        ["author"] = User(thread.Author),
        ["labels"] = Labels(thread),
        ["web_url"] = $"{Url}/{Repository(call)!.FullName}/-/issues/{thread.Number}",
        ["user_notes_count"] = thread.Comments.Count(c => !c.IsSystem),
    };

    private JsonObject MergeRequest(ForgeCall call, StoredThread thread) => MergeRequest(Store.Repositories.First(r => r.Threads.Contains(thread)), thread);

    private JsonObject MergeRequest(StoredRepository target, StoredThread thread) => new()
    {
        ["id"] = 9000 + thread.Number,
        ["iid"] = thread.Number,
        ["project_id"] = target.Id,
        ["title"] = thread.Title,
        ["description"] = thread.Body.Length == 0 ? null : thread.Body,
        ["state"] = State(thread),
        ["draft"] = thread.Title.StartsWith("Draft:", StringComparison.OrdinalIgnoreCase),
        ["author"] = User(thread.Author),
        ["labels"] = Labels(thread),
        ["source_project_id"] = Store.Find(thread.Branches!.HeadRepository)?.Id,
        ["target_project_id"] = target.Id,
        ["source_branch"] = thread.Branches.Head,
        ["target_branch"] = thread.Branches.Base,
        ["sha"] = thread.Branches.HeadSha,
        ["diff_refs"] = new JsonObject { ["base_sha"] = thread.Branches.BaseSha, ["head_sha"] = thread.Branches.HeadSha, ["start_sha"] = thread.Branches.BaseSha },
        ["web_url"] = $"{Url}/{target.FullName}/-/merge_requests/{thread.Number}",
        ["user_notes_count"] = thread.Comments.Count(c => !c.IsSystem),
    };

    private static JsonObject Note(StoredNote note)
    {
        var json = new JsonObject
        {
            ["id"] = note.Id,
            ["body"] = note.Body,
            ["author"] = User(note.Author),
            ["created_at"] = note.CreatedAt,
            ["system"] = note.IsSystem,
        };
        if (note.Path is { } path)
        {
            (json["type"], json["position"]) = ("DiffNote", new JsonObject { ["new_path"] = path, ["new_line"] = note.Line, ["position_type"] = "text" });
        }

        return json;
    }

    private static JsonObject Diff(StoredFile file) => new()
    {
        ["old_path"] = file.PreviousPath ?? file.Path,
        ["new_path"] = file.Path,
        ["a_mode"] = "100644",
        ["b_mode"] = "100644",
        ["diff"] = $"@@ -1 +1 @@\n-old of {file.Path}\n+new of {file.Path}\n",
        ["new_file"] = file.Status == "added",
        ["renamed_file"] = file.Status == "renamed",
        ["deleted_file"] = file.Status == "removed",
        ["collapsed"] = false,
        ["too_large"] = false,
    };

    private static JsonObject Approvals(StoredThread thread) => new()
    {
        ["iid"] = thread.Number,
        ["approved_by"] = new JsonArray([.. thread.Reviews.Where(r => r.State == "APPROVED").Select(r => new JsonObject { ["user"] = User(r.Author) })]),
    };

    private IEnumerable<ForgeRoute> Notes(string kind, string iid, bool isPull)
    {
        var (page, name) = isPull ? ("notes/#merge-requests", "Merge request") : ("notes/#issues", "Issue");
        var path = $"projects/{{id}}/{kind}/{{{iid}}}/notes";
        yield return new("GET", path, Docs + page, c => Thread(c, iid, isPull) is { } t ? ForgeAnswer.Pages(NotesOf(t).Select(Note)) : NotFound(name))
        {
            Query = ["sort", "order_by", .. PageNames],
        };
        yield return new("POST", path, Docs + page, c =>
        {
            var note = new StoredNote(Store.NextId(), "foreman-bot", c.Text("body")!, "2031-03-14T02:00:00Z");
            Thread(c, iid, isPull)?.Comments.Add(note);
            return Thread(c, iid, isPull) is null ? NotFound(name) : ForgeAnswer.Json(201, Note(note));
        })
        {
            Required = ["body"],
            Optional = ["internal", "created_at"],
        };
        yield return new("PUT", path + "/{note_id}", Docs + page, c =>
        {
            var notes = Thread(c, iid, isPull)?.Comments ?? [];
            var index = notes.FindIndex(n => n.Id == c.Number("note_id"));
            if (index < 0)
            {
                return NotFound("Note");
            }

            notes[index] = notes[index] with { Body = c.Text("body")! };
            return ForgeAnswer.Json(200, Note(notes[index]));
        })
        {
            Required = ["body"],
        };
    }

    // Comments on lines are notes like the others.
    private static IEnumerable<StoredNote> NotesOf(StoredThread thread) =>
        thread.Comments.Concat(thread.Reviews.SelectMany(r => r.Lines)).OrderBy(n => n.CreatedAt, StringComparer.Ordinal);

    private ForgeAnswer ListMergeRequests(ForgeCall call) => Repository(call) is { } repository
        ? ForgeAnswer.Pages(repository.Threads.Where(t => t.Branches is not null)
            .Where(t => call.Query.GetValueOrDefault("state") is not { } state || state == State(t))
            .Where(t => call.Query.GetValueOrDefault("source_branch") is not { } source || source == t.Branches!.Head)
            .Where(t => call.Query.GetValueOrDefault("target_branch") is not { } target || target == t.Branches!.Base)
            .Select(t => MergeRequest(repository, t)))
        : NotFound("Project");

    private ForgeAnswer Create(ForgeCall call)
    {
        var target = (long?)call.Body!["target_project_id"] is { } id ? Store.Repositories.FirstOrDefault(r => r.Id == id) : Repository(call);
        if (Repository(call) is not { } source || target is null)
        {
            return NotFound("Project");
        }

        var branches = new StoredBranches(source.FullName, call.Text("source_branch")!, call.Text("target_branch")!);
        if (target.OpenPulls.FirstOrDefault(t => t.Branches!.HeadRepository == source.FullName && t.Branches.Head == branches.Head && t.Branches.Base == branches.Base) is { } there)
        {
            return ForgeAnswer.Json(409, new JsonObject { ["message"] = new JsonArray($"Another open merge request already exists for this source branch: !{there.Number}") });
        }

        var thread = target.AddPull(target.NextNumber, call.Text("title")!, call.Text("description") ?? "", branches);
        thread.Author = "foreman-bot";
        AddLabels(thread, call.Text("labels"));
        return ForgeAnswer.Json(201, MergeRequest(target, thread));
    }

    private ForgeAnswer Change(ForgeCall call)
    {
        if (MergeRequestOf(call) is not { } thread)
        {
            return NotFound("Merge request");
        }

        (thread.Title, thread.Body) = (call.Text("title") ?? thread.Title, call.Text("description") ?? thread.Body);
        AddLabels(thread, call.Text("add_labels"));
        return ForgeAnswer.Json(200, MergeRequest(call, thread));
    }

    private static void AddLabels(StoredThread thread, string? names) =>
        thread.Labels.AddRange((names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Except(thread.Labels).ToList());
}
