using System.Globalization;
using System.Text.Json.Nodes;

namespace Foreman.Testing.Forges;

/// <summary>Gitea by the documentation of its API v1, in the parts in which Forgejo is the same.</summary>
public sealed class GiteaServer : ForgeServer
{
    // The operation's name stands in the page of every installation and of docs.gitea.com.
    private const string Docs = "https://docs.gitea.com/api/#tag/";
    private static readonly string[] PageNames = ["page", "limit"];

    /// <summary>Starts it.</summary>
    /// <param name="token">The token that it takes.</param>
    /// <param name="time">Its clock.</param>
    public GiteaServer(string token, TimeProvider time)
        : base(token, time, "/api/v1/")
    {
        Routes =
        [
            new("GET", "repos/{owner}/{repo}/issues", Docs + "issue/operation/issueListIssues", ListIssues)
            {
                Query = ["state", "labels", "q", "type", "milestones", "since", "before", "created_by", "assigned_by", "mentioned_by", .. PageNames],
            },
            new("GET", "repos/{owner}/{repo}/issues/{index}", Docs + "issue/operation/issueGetIssue", c => Found(Thread(c, "index"), t => Issue(c, t))),
            new("GET", "repos/{owner}/{repo}/issues/{index}/comments", Docs + "issue/operation/issueGetComments", Comments) { Query = ["since", "before"] },
            new("POST", "repos/{owner}/{repo}/issues/{index}/comments", Docs + "issue/operation/issueCreateComment", AddComment) { Required = ["body"], Optional = ["updated_at"] },
            new("PATCH", "repos/{owner}/{repo}/issues/comments/{id_of_comment}", Docs + "issue/operation/issueEditComment", ChangeComment) { Required = ["body"], Optional = ["updated_at"] },
            new("POST", "repos/{owner}/{repo}/issues/{index}/labels", Docs + "issue/operation/issueAddLabel", AddLabels) { Optional = ["labels", "updated_at"] },
            new("DELETE", "repos/{owner}/{repo}/issues/{index}/labels/{id_of_label}", Docs + "issue/operation/issueRemoveLabel", RemoveLabel),
            new("GET", "repos/{owner}/{repo}/labels", Docs + "issue/operation/issueListLabels", c => Listed(Repository(c)?.Labels, Label)) { Query = PageNames },
            new("POST", "repos/{owner}/{repo}/labels", Docs + "issue/operation/issueCreateLabel", CreateLabel)
            {
                Required = ["name", "color"],
                Optional = ["description", "exclusive", "is_archived"],
            },
            new("GET", "repos/{owner}/{repo}/pulls", Docs + "repository/operation/repoListPullRequests", ListPulls)
            {
                Query = ["base_branch", "state", "sort", "milestone", "labels", "poster", .. PageNames],
            },
            new("POST", "repos/{owner}/{repo}/pulls", Docs + "repository/operation/repoCreatePullRequest", Create)
            {
                Required = ["head", "base", "title"],
                Optional = ["body", "assignee", "assignees", "milestone", "labels", "due_date", "reviewers", "team_reviewers"],
            },
            new("GET", "repos/{owner}/{repo}/pulls/{index}.diff", Docs + "repository/operation/repoDownloadPullDiffOrPatch", Diff) { Query = ["binary"] },
            new("GET", "repos/{owner}/{repo}/pulls/{index}", Docs + "repository/operation/repoGetPullRequest", c => Found(Thread(c, "index", true), t => Pull(c, t))),
            new("PATCH", "repos/{owner}/{repo}/pulls/{index}", Docs + "repository/operation/repoEditPullRequest", Change)
            {
                Optional = ["title", "body", "base", "assignee", "assignees", "milestone", "labels", "state", "due_date", "unset_due_date", "allow_maintainer_edit"],
            },
            new("GET", "repos/{owner}/{repo}/pulls/{index}/files", Docs + "repository/operation/repoGetPullRequestFiles", c => Listed(Thread(c, "index", true)?.Files, File))
            {
                Query = ["skip-to", "whitespace", .. PageNames],
            },
            new("GET", "repos/{owner}/{repo}/pulls/{index}/reviews", Docs + "repository/operation/repoListPullReviews", c => Listed(Thread(c, "index", true)?.Reviews, Review)) { Query = PageNames },
            new("GET", "repos/{owner}/{repo}/pulls/{index}/reviews/{review}/comments", Docs + "repository/operation/repoGetPullReviewComments", LineComments),
            new("GET", "repos/{owner}/{repo}/branches/{branch}", Docs + "repository/operation/repoGetBranch", c => Found(Branch(c), name => new JsonObject { ["name"] = name })),
            new("GET", "repos/{owner}/{repo}/commits/{ref}/statuses", Docs + "repository/operation/repoListStatusesByRef", Statuses) { Query = ["sort", "state", .. PageNames] },
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ForgeRoute> Routes { get; }

    /// <inheritdoc/>
    protected override (string Page, string Size) PageParameters => ("page", "limit");

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> PageHeaders(int page, int pages, int items) =>
        new Dictionary<string, string> { ["X-Total-Count"] = items.ToString(CultureInfo.InvariantCulture) };

    /// <inheritdoc/>
    protected override string? HeaderProblem(ForgeCall call) =>
        call.Headers.GetValueOrDefault("Accept") is "application/json" or "text/plain" ? null : "no media type that the call produces";

    /// <inheritdoc/>
    protected override bool IsAuthorized(ForgeCall call) => call.Headers.GetValueOrDefault("Authorization") == $"token {Token}";

    /// <inheritdoc/>
    protected override ForgeAnswer Limited(bool isSecondary, TimeSpan lasts) => new ForgeAnswer(429, "Too Many Requests", "text/plain") with
    {
        // Gitea has no limits of its own for its API; proxies before it refuse with or without the header.
        Headers = isSecondary ? new Dictionary<string, string> { ["Retry-After"] = lasts.TotalSeconds.ToString(CultureInfo.InvariantCulture) } : new Dictionary<string, string>(),
    };

    private static ForgeAnswer Found<T>(T? thing, Func<T, JsonNode> shape)
        where T : class => thing is null ? NotFound() : ForgeAnswer.Json(200, shape(thing));

    private static ForgeAnswer Listed<T>(IEnumerable<T>? things, Func<T, JsonNode> shape) => things is null ? NotFound() : ForgeAnswer.Pages(things.Select(shape));

    private static ForgeAnswer NotFound() => ForgeAnswer.Json(404, new JsonObject
    {
        ["errors"] = null,
        ["message"] = "The target couldn't be found.",
        ["url"] = "https://gitea.example/api/swagger",
    });

    private static JsonObject? User(string? login) => login is null ? null : new JsonObject { ["id"] = 1, ["login"] = login, ["full_name"] = "" };

    private static JsonObject Label((long Id, string Name) label) => new() { ["id"] = label.Id, ["name"] = label.Name, ["color"] = "ededed", ["exclusive"] = false };

    private static JsonArray Labels(StoredRepository repository, StoredThread thread) =>
        new([.. thread.Labels.Select(l => Label(repository.Labels.First(r => r.Name == l)))]);

    private static bool IsDraft(StoredThread thread) =>
        thread.Title.StartsWith("WIP:", StringComparison.OrdinalIgnoreCase) || thread.Title.StartsWith("[WIP]", StringComparison.OrdinalIgnoreCase);

    private JsonObject Issue(ForgeCall call, StoredThread thread) => new()
    {
        ["id"] = 5000 + thread.Number,
        ["number"] = thread.Number,
        ["title"] = thread.Title,
        ["body"] = thread.Body,
        ["state"] = thread.State == "open" ? "open" : "closed",
        ["user"] = User(thread.Author),
        ["labels"] = Labels(Repository(call)!, thread),
        ["html_url"] = $"{Url}/{Repository(call)!.FullName}/issues/{thread.Number}",
        ["comments"] = thread.Comments.Count,
        ["assignees"] = thread.Assignees.Count == 0 ? null : new JsonArray([.. thread.Assignees.Select(User)]),
        ["updated_at"] = thread.UpdatedAt,
        ["pull_request"] = thread.Branches is null ? null : new JsonObject { ["merged"] = thread.State == "merged" },
    };

    private JsonObject Pull(ForgeCall call, StoredThread thread)
    {
        var repository = Repository(call)!;
        var branches = thread.Branches!;
        return new JsonObject
        {
            ["id"] = 5000 + thread.Number,
            ["number"] = thread.Number,
            ["title"] = thread.Title,
            ["body"] = thread.Body,
            ["state"] = thread.State == "open" ? "open" : "closed",
            ["merged"] = thread.State == "merged",
            ["draft"] = IsDraft(thread),
            ["user"] = User(thread.Author),
            ["labels"] = Labels(repository, thread),
            ["html_url"] = $"{Url}/{repository.FullName}/pulls/{thread.Number}",
            ["head"] = Branch(branches.HeadRepository, branches.Head, branches.HeadSha),
            ["base"] = Branch(repository.FullName, branches.Base, branches.BaseSha),
            ["merge_base"] = branches.BaseSha,
        };
    }

    private JsonObject Branch(string repository, string name, string sha) => new()
    {
        ["label"] = name,
        ["ref"] = name,
        ["sha"] = sha,
        ["repo_id"] = Store.Find(repository)?.Id,
        ["repo"] = Store.Find(repository) is { } found ? new JsonObject { ["id"] = found.Id, ["full_name"] = found.FullName } : null,
    };

    private static JsonObject Comment(StoredNote note) => new()
    {
        ["id"] = note.Id,
        ["user"] = User(note.Author),
        ["body"] = note.Body,
        ["created_at"] = note.CreatedAt,
        ["updated_at"] = note.CreatedAt,
    };

    private static JsonObject Review(StoredReview review) => new()
    {
        ["id"] = review.Id,
        ["user"] = User(review.Author),
        ["body"] = review.Body,
        ["state"] = review.State switch { "CHANGES_REQUESTED" => "REQUEST_CHANGES", "COMMENTED" => "COMMENT", var other => other },
        ["comments_count"] = review.Lines.Count,
        ["submitted_at"] = review.SubmittedAt,
        ["commit_id"] = review.Commit,
        ["dismissed"] = review.IsDismissed,
        ["stale"] = false,
        ["official"] = review.IsOfMember,
    };

    private static JsonObject Status(StoredStatus status) => new()
    {
        ["id"] = status.Id,
        ["context"] = status.Name,
        ["status"] = status.State,
        ["description"] = status.Description,
        ["target_url"] = $"https://ci.example.com/statuses/{status.Id}",
    };

    private static JsonObject File(StoredFile file)
    {
        var json = new JsonObject
        {
            ["filename"] = file.Path,
            ["status"] = file.Status switch { "modified" => "changed", "removed" => "deleted", var other => other },
            ["additions"] = file.Additions,
            ["deletions"] = file.Deletions,
            ["changes"] = file.Additions + file.Deletions,
        };
        if (file.PreviousPath is { } previous)
        {
            json["previous_filename"] = previous;
        }

        return json;
    }

    // "This endpoint doesn't know pages".
    private ForgeAnswer Comments(ForgeCall call) =>
        Thread(call, "index") is { } thread ? ForgeAnswer.Json(200, new JsonArray([.. thread.Comments.Select(Comment)])) : NotFound();

    private ForgeAnswer AddComment(ForgeCall call)
    {
        var note = new StoredNote(Store.NextId(), "foreman-bot", call.Text("body")!, "2031-03-14T02:00:00Z");
        Thread(call, "index")?.Comments.Add(note);
        return Thread(call, "index") is null ? NotFound() : ForgeAnswer.Json(201, Comment(note));
    }

    private ForgeAnswer ChangeComment(ForgeCall call)
    {
        foreach (var thread in Repository(call)?.Threads ?? [])
        {
            if (thread.Comments.FindIndex(c => c.Id == call.Number("id_of_comment")) is >= 0 and var index)
            {
                thread.Comments[index] = thread.Comments[index] with { Body = call.Text("body")! };
                return ForgeAnswer.Json(200, Comment(thread.Comments[index]));
            }
        }

        return NotFound();
    }

    private ForgeAnswer AddLabels(ForgeCall call)
    {
        if (Thread(call, "index") is not { } thread)
        {
            return NotFound();
        }

        var repository = Repository(call)!;
        var names = call.Body!["labels"]!.AsArray().Select(id => repository.Labels.First(l => l.Id == (long)id!).Name);
        thread.Labels.AddRange(names.Except(thread.Labels).ToList());
        return ForgeAnswer.Json(200, Labels(repository, thread));
    }

    private ForgeAnswer CreateLabel(ForgeCall call)
    {
        var label = (Store.NextId(), call.Text("name")!);
        Repository(call)?.Labels.Add(label);
        return Repository(call) is null ? NotFound() : ForgeAnswer.Json(201, Label(label));
    }

    private ForgeAnswer RemoveLabel(ForgeCall call)
    {
        if (Thread(call, "index") is not { } thread)
        {
            return NotFound();
        }

        if (Repository(call)!.Labels.Find(l => l.Id == call.Number("id_of_label")).Name is not { } name)
        {
            return ForgeAnswer.Error(422, "label does not exist");
        }

        _ = thread.Labels.Remove(name);
        return new ForgeAnswer(204, "");
    }

    // "Fetch only issues that have any of this label names. Non existent labels are discarded".
    private ForgeAnswer ListIssues(ForgeCall call)
    {
        var repository = Repository(call);
        var labels = call.Query.GetValueOrDefault("labels", "").Split(',').Where(l => repository?.Labels.Exists(r => r.Name == l) == true).ToList();
        return Listed(
            repository?.Threads
                .Where(t => call.Query.GetValueOrDefault("state", "open") is "all" || (call.Query.GetValueOrDefault("state", "open") == "open") == (t.State == "open"))
                .Where(t => call.Query.GetValueOrDefault("type") is not { } type || (type == "pulls") == t.Branches is not null)
                .Where(t => labels.Count == 0 || t.Labels.Intersect(labels).Any())
                .OrderByDescending(t => t.Number),
            t => Issue(call, t));
    }

    private ForgeAnswer Statuses(ForgeCall call) => Listed(ThreadAt(call, "ref")?.Statuses.OrderByDescending(s => s.Id), Status);

    private ForgeAnswer ListPulls(ForgeCall call) => Repository(call) is { } repository
        ? ForgeAnswer.Pages(repository.Threads.Where(t => t.Branches is not null)
            .Where(t => call.Query.GetValueOrDefault("state", "open") is "all" || (call.Query.GetValueOrDefault("state", "open") == "open") == (t.State == "open"))
            .Select(t => Pull(call, t)))
        : NotFound();

    private ForgeAnswer Create(ForgeCall call)
    {
        if (Repository(call) is not { } repository)
        {
            return NotFound();
        }

        var head = call.Text("head")!.Split(':', 2);
        var source = head.Length == 1 ? repository.FullName : Store.Repositories.First(r => r.Owner == head[0]).FullName;
        var branches = new StoredBranches(source, head[^1], call.Text("base")!);
        if (repository.OpenPulls.FirstOrDefault(t => t.Branches!.HeadRepository == source && t.Branches.Head == branches.Head && t.Branches.Base == branches.Base) is { } there)
        {
            return ForgeAnswer.Error(
                409,
                $"pull request already exists for these targets [id: {5000 + there.Number}, issue_id: {there.Number}, head_repo_id: 1, base_repo_id: 1, head_branch: {branches.Head}, base_branch: {branches.Base}]");
        }

        var thread = repository.AddPull(repository.NextNumber, call.Text("title")!, call.Text("body") ?? "", branches);
        thread.Author = "foreman-bot";
        return ForgeAnswer.Json(201, Pull(call, thread));
    }

    private ForgeAnswer Change(ForgeCall call)
    {
        if (Thread(call, "index", true) is not { } thread)
        {
            return NotFound();
        }

        (thread.Title, thread.Body) = (call.Text("title") ?? thread.Title, call.Text("body") ?? thread.Body);
        return ForgeAnswer.Json(201, Pull(call, thread));
    }

    private ForgeAnswer Diff(ForgeCall call) => Thread(call, "index", true) is { } thread ? new ForgeAnswer(200, thread.Diff, "text/plain; charset=utf-8") : NotFound();

    private ForgeAnswer LineComments(ForgeCall call)
    {
        var review = Thread(call, "index", true)?.Reviews.Find(r => r.Id == call.Number("review"));
        return review is null ? NotFound() : ForgeAnswer.Json(200, new JsonArray([.. review.Lines.Select(LineComment)]));
    }

    private static JsonObject LineComment(StoredNote note)
    {
        var comment = Comment(note);
        (comment["path"], comment["position"], comment["original_position"]) = (note.Path, note.Line ?? 0, note.OriginalLine ?? 0);
        return comment;
    }
}
