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
            new("GET", "projects/{id}/issues", Docs + "issues/#list-project-issues", ListIssues)
            {
                Query = ["state", "scope", "labels", "milestone", "assignee_username", "author_username", "order_by", "sort", "search", "created_after", "updated_after", .. PageNames],
            },
            new("PUT", "projects/{id}/issues/{issue_iid}", Docs + "issues/#update-an-issue", ChangeIssue)
            {
                Optional = ["title", "description", "labels", "add_labels", "remove_labels", "assignee_ids", "state_event", "milestone_id", "updated_at"],
            },
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
            new("GET", "projects/{id}/merge_requests/{merge_request_iid}/reviewers", Docs + "merge_requests/#get-single-merge-request-reviewers", c => MergeRequestOf(c) is { } t ? ForgeAnswer.Pages(t.Reviews.Select(Reviewer)) : NotFound("Merge request"))
            {
                Query = PageNames,
            },
            new("GET", "projects/{id}/repository/branches/{branch}", Docs + "branches/#retrieve-a-repository-branch", c => Branch(c) is { } name ? ForgeAnswer.Json(200, new JsonObject { ["name"] = name }) : NotFound("Branch")),
            new("GET", "projects/{id}/pipelines/{pipeline_id}/jobs", Docs + "jobs/#list-pipeline-jobs", Jobs) { Query = ["scope", "include_retried", .. PageNames] },
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
        ["assignees"] = new JsonArray([.. thread.Assignees.Select(User)]),
        ["updated_at"] = thread.UpdatedAt,
    };

    private static long PipelineId(StoredThread thread) => 29_000 + thread.Number;

    private JsonObject? PipelineOf(StoredThread thread) => thread.Pipeline is null
        ? null
        : new JsonObject
        {
            ["id"] = PipelineId(thread),
            ["project_id"] = Store.Find(thread.Branches!.HeadRepository)?.Id,
            ["sha"] = thread.PipelineSha ?? thread.Branches.HeadSha,
            ["ref"] = thread.PipelineRef ?? thread.Branches.Head,
            ["status"] = thread.Pipeline,
            ["web_url"] = $"{Url}/pipelines/{PipelineId(thread)}",
        };

    private static JsonObject Reviewer(StoredReview review) => new()
    {
        ["user"] = User(review.Author),
        ["state"] = review.State switch { "APPROVED" => "approved", "CHANGES_REQUESTED" => "requested_changes", "COMMENTED" => "reviewed", _ => "unreviewed" },
        ["created_at"] = review.SubmittedAt,
    };

    private static JsonObject Job(StoredStatus job)
    {
        var json = new JsonObject
        {
            ["id"] = job.Id,
            ["name"] = job.Name,
            ["stage"] = "test",
            ["status"] = job.State,
            ["allow_failure"] = job.MayFail,
            ["web_url"] = $"https://ci.example.com/jobs/{job.Id}",
        };
        if (job.Description.Length > 0)
        {
            json["failure_reason"] = job.Description;
        }

        return json;
    }

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
        ["head_pipeline"] = PipelineOf(thread),
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
            (json["type"], json["position"]) = ("DiffNote", new JsonObject
            {
                ["new_path"] = path,
                ["old_path"] = path,
                ["new_line"] = note.Line,
                ["old_line"] = note.OriginalLine,
                ["head_sha"] = "6dcb09b5b57875f334f61aebed695e2e4193db5e",
                ["position_type"] = "text",
            });
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
        RemoveLabels(thread, call.Text("remove_labels"));
        return ForgeAnswer.Json(200, MergeRequest(call, thread));
    }

    private ForgeAnswer ChangeIssue(ForgeCall call)
    {
        if (Thread(call, "issue_iid", false) is not { } thread)
        {
            return NotFound("Issue");
        }

        AddLabels(thread, call.Text("add_labels"));
        RemoveLabels(thread, call.Text("remove_labels"));
        return ForgeAnswer.Json(200, Issue(call, thread));
    }

    private ForgeAnswer ListIssues(ForgeCall call)
    {
        var labels = call.Query.GetValueOrDefault("labels", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        return Repository(call) is { } repository
            ? ForgeAnswer.Pages(repository.Threads.Where(t => t.Branches is null)
                .Where(t => call.Query.GetValueOrDefault("state") is not { } state || state == State(t))
                .Where(t => labels.All(t.Labels.Contains))
                .OrderByDescending(t => t.Number)
                .Select(t => Issue(call, t)))
            : NotFound("Project");
    }

    private ForgeAnswer Jobs(ForgeCall call)
    {
        var thread = Store.Repositories.SelectMany(r => r.Threads)
            .FirstOrDefault(t => t.Pipeline is not null && PipelineId(t) == call.Number("pipeline_id") && t.Branches!.HeadRepository == Repository(call)?.FullName);
        return thread is null ? NotFound("Pipeline") : ForgeAnswer.Pages(thread.Statuses.OrderByDescending(s => s.Id).Select(Job));
    }

    private static void RemoveLabels(StoredThread thread, string? names) =>
        thread.Labels.RemoveAll(l => (names ?? "").Split(',').Contains(l));

    private static void AddLabels(StoredThread thread, string? names) =>
        thread.Labels.AddRange((names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Except(thread.Labels).ToList());
}
