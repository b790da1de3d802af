using System.Globalization;
using System.Text.Json.Nodes;

namespace Foreman.Testing.Forges;

/// <summary>GitHub Enterprise Server by its documentation: REST API version 2022-11-28 at <c>/api/v3</c>, and the two mutations of GraphQL for drafts.</summary>
public sealed class GitHubServer : ForgeServer
{
    private const string Docs = "https://docs.github.com/en/rest/";
    private static readonly string[] PageNames = ["page", "per_page"];

    /// <summary>Starts it.</summary>
    /// <param name="token">The token that it takes.</param>
    /// <param name="time">Its clock.</param>
    public GitHubServer(string token, TimeProvider time)
        : base(token, time, "/api/v3/")
    {
        Routes =
        [
            new("GET", "repos/{owner}/{repo}/issues", Docs + "issues/issues#list-repository-issues", ListIssues)
            {
                Query = ["milestone", "state", "assignee", "type", "creator", "mentioned", "labels", "sort", "direction", "since", .. PageNames],
            },
            new("GET", "repos/{owner}/{repo}/issues/{issue_number}", Docs + "issues/issues#get-an-issue", c => Found(Thread(c, "issue_number"), t => Issue(c, t))),
            new("GET", "repos/{owner}/{repo}/issues/{issue_number}/comments", Docs + "issues/comments#list-issue-comments", c => Listed(Thread(c, "issue_number")?.Comments, Comment))
            {
                Query = ["since", .. PageNames],
            },
            new("POST", "repos/{owner}/{repo}/issues/{issue_number}/comments", Docs + "issues/comments#create-an-issue-comment", AddComment) { Required = ["body"] },
            new("PATCH", "repos/{owner}/{repo}/issues/comments/{comment_id}", Docs + "issues/comments#update-an-issue-comment", ChangeComment) { Required = ["body"] },
            new("POST", "repos/{owner}/{repo}/issues/{issue_number}/labels", Docs + "issues/labels#add-labels-to-an-issue", AddLabels) { Required = ["labels"] },
            new("DELETE", "repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", Docs + "issues/labels#remove-a-label-from-an-issue", RemoveLabel),
            new("GET", "repos/{owner}/{repo}/pulls", Docs + "pulls/pulls#list-pull-requests", ListPulls) { Query = ["state", "head", "base", "sort", "direction", .. PageNames] },
            new("POST", "repos/{owner}/{repo}/pulls", Docs + "pulls/pulls#create-a-pull-request", Create)
            {
                Required = ["head", "base"],
                Optional = ["title", "head_repo", "body", "maintainer_can_modify", "draft", "issue"],
            },
            new("GET", "repos/{owner}/{repo}/pulls/{pull_number}", Docs + "pulls/pulls#get-a-pull-request", Get),
            new("PATCH", "repos/{owner}/{repo}/pulls/{pull_number}", Docs + "pulls/pulls#update-a-pull-request", Change)
            {
                Optional = ["title", "body", "state", "base", "maintainer_can_modify"],
            },
            new("GET", "repos/{owner}/{repo}/pulls/{pull_number}/files", Docs + "pulls/pulls#list-pull-requests-files", c => Listed(Thread(c, "pull_number", true)?.Files, File)) { Query = PageNames },
            new("GET", "repos/{owner}/{repo}/pulls/{pull_number}/reviews", Docs + "pulls/reviews#list-reviews-for-a-pull-request", c => Listed(Thread(c, "pull_number", true)?.Reviews, Review)) { Query = PageNames },
            new("GET", "repos/{owner}/{repo}/pulls/{pull_number}/comments", Docs + "pulls/comments#list-review-comments-on-a-pull-request", c => Listed(Thread(c, "pull_number", true)?.Reviews.SelectMany(r => r.Lines.Select(l => (r, l))), LineComment))
            {
                Query = ["sort", "direction", "since", .. PageNames],
            },
            new("GET", "repos/{owner}/{repo}/commits/{ref}/check-runs", Docs + "checks/runs#list-check-runs-for-a-git-reference", CheckRuns)
            {
                Query = ["check_name", "status", "filter", "app_id", .. PageNames],
            },
            new("GET", "repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", Docs + "checks/runs#list-check-run-annotations", c => Listed(CheckRunAt(c)?.Annotations, Annotation)) { Query = PageNames },
            new("GET", "repos/{owner}/{repo}/commits/{ref}/status", Docs + "commits/statuses#get-the-combined-status-for-a-specific-reference", CombinedStatus) { Query = PageNames },
            new("GET", "repos/{owner}/{repo}/branches/{branch}", Docs + "branches/branches#get-a-branch", c => Branch(c) is { } name ? ForgeAnswer.Json(200, new JsonObject { ["name"] = name }) : ForgeAnswer.Error(404, "Branch not found")),
            new("POST", "/api/graphql", "https://docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview", Graph) { Required = ["query", "variables"] },
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ForgeRoute> Routes { get; }

    /// <inheritdoc/>
    protected override (string Page, string Size) PageParameters => ("page", "per_page");

    /// <inheritdoc/>
    protected override string? HeaderProblem(ForgeCall call) =>
        !call.Headers.ContainsKey("User-Agent") ? "no User-Agent (https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent-required)"
        : call.Headers.GetValueOrDefault("X-GitHub-Api-Version") != "2022-11-28" ? "no API version (https://docs.github.com/en/rest/about-the-rest-api/api-versions)"
        : call.Headers.GetValueOrDefault("Accept") is not ("application/vnd.github+json" or "application/vnd.github.diff") ? "no media type (https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types)"
        : null;

    /// <inheritdoc/>
    protected override bool IsAuthorized(ForgeCall call) => call.Headers.GetValueOrDefault("Authorization") == $"Bearer {Token}";

    /// <inheritdoc/>
    protected override ForgeAnswer Limited(bool isSecondary, TimeSpan lasts) => isSecondary
        ? ForgeAnswer.Error(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.") with
        {
            Headers = new Dictionary<string, string> { ["Retry-After"] = lasts.TotalSeconds.ToString(CultureInfo.InvariantCulture) },
        }
        : ForgeAnswer.Error(403, "API rate limit exceeded for user ID 1.") with
        {
            Headers = new Dictionary<string, string>
            {
                ["X-RateLimit-Limit"] = "5000",
                ["X-RateLimit-Remaining"] = "0",
                ["X-RateLimit-Reset"] = (Now + (long)lasts.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            },
        };

    private static ForgeAnswer Found<T>(T? thing, Func<T, JsonNode> shape)
        where T : class => thing is null ? ForgeAnswer.Error(404, "Not Found") : ForgeAnswer.Json(200, shape(thing));

    private static ForgeAnswer Listed<T>(IEnumerable<T>? things, Func<T, JsonNode> shape) =>
        things is null ? ForgeAnswer.Error(404, "Not Found") : ForgeAnswer.Pages(things.Select(shape));

    private static JsonObject? User(string? login) => login is null ? null : new JsonObject { ["login"] = login, ["id"] = 1, ["type"] = "User" };

    private static JsonArray Labels(StoredThread thread) => new([.. thread.Labels.Select(l => new JsonObject { ["id"] = 208045946, ["name"] = l, ["color"] = "ededed" })]);

    private JsonObject Issue(ForgeCall call, StoredThread thread)
    {
        var issue = new JsonObject
        {
            ["number"] = thread.Number,
            ["title"] = thread.Title,
            ["body"] = thread.Body.Length == 0 ? null : thread.Body,
            ["state"] = thread.State == "open" ? "open" : "closed",
            ["user"] = User(thread.Author),
            ["labels"] = Labels(thread),
            ["html_url"] = $"{Url}/{Repository(call)!.FullName}/issues/{thread.Number}",
            ["comments"] = thread.Comments.Count,
            ["assignees"] = new JsonArray([.. thread.Assignees.Select(User)]),
            ["updated_at"] = thread.UpdatedAt,
        };
        if (thread.Branches is not null)
        {
            issue["pull_request"] = new JsonObject { ["html_url"] = $"{Url}/{Repository(call)!.FullName}/pull/{thread.Number}" };
        }

        return issue;
    }

    private JsonObject Pull(ForgeCall call, StoredThread thread)
    {
        var repository = Repository(call)!;
        var branches = thread.Branches!;
        return new JsonObject
        {
            ["number"] = thread.Number,
            ["node_id"] = NodeId(repository, thread),
            ["title"] = thread.Title,
            ["body"] = thread.Body.Length == 0 ? null : thread.Body,
            ["state"] = thread.State == "open" ? "open" : "closed",
            ["merged"] = thread.State == "merged",
            ["draft"] = thread.IsDraft,
            ["user"] = User(thread.Author),
            ["labels"] = Labels(thread),
            ["html_url"] = $"{Url}/{repository.FullName}/pull/{thread.Number}",
            ["head"] = new JsonObject
            {
                ["label"] = $"{branches.HeadRepository.Split('/')[0]}:{branches.Head}",
                ["ref"] = branches.Head,
                ["sha"] = branches.HeadSha,
                ["repo"] = Store.Find(branches.HeadRepository) is { } head ? new JsonObject { ["id"] = head.Id, ["full_name"] = head.FullName } : null,
            },
            ["base"] = new JsonObject
            {
                ["label"] = $"{repository.Owner}:{branches.Base}",
                ["ref"] = branches.Base,
                ["sha"] = branches.BaseSha,
                ["repo"] = new JsonObject { ["id"] = repository.Id, ["full_name"] = repository.FullName },
            },
        };
    }

    private static string NodeId(StoredRepository repository, StoredThread thread) => $"PR_{repository.Id}_{thread.Number}";

    private static JsonObject Comment(StoredNote note) => new()
    {
        ["id"] = note.Id,
        ["user"] = User(note.Author),
        ["body"] = note.Body,
        ["created_at"] = note.CreatedAt,
    };

    private static JsonObject LineComment((StoredReview Review, StoredNote Note) line)
    {
        var comment = Comment(line.Note);
        (comment["path"], comment["line"], comment["side"]) = (line.Note.Path, line.Note.Line, "RIGHT");
        (comment["original_line"], comment["pull_request_review_id"]) = (line.Note.OriginalLine ?? line.Note.Line, line.Review.Id);
        return comment;
    }

    private static JsonObject Review(StoredReview review) => new()
    {
        ["id"] = review.Id,
        ["user"] = User(review.Author),
        ["body"] = review.Body,
        ["state"] = review.State,
        ["author_association"] = review.IsOfMember ? "MEMBER" : "CONTRIBUTOR",
        ["submitted_at"] = review.SubmittedAt,
        ["commit_id"] = review.Commit,
    };

    private static JsonObject CheckRun(StoredThread thread, StoredCheck check, int index) => new()
    {
        ["id"] = CheckRunId(thread, index),
        ["name"] = check.Name,
        ["status"] = check.Status,
        ["conclusion"] = check.Conclusion,
        ["html_url"] = $"https://ci.example.com/runs/{check.Name}",
        ["details_url"] = "https://ci.example.com",
        ["output"] = new JsonObject { ["title"] = check.Title, ["summary"] = check.Summary, ["text"] = null, ["annotations_count"] = check.Annotations.Count },
    };

    private static long CheckRunId(StoredThread thread, int index) => (thread.Number * 1000) + index;

    private static JsonObject Annotation(StoredAnnotation annotation) => new()
    {
        ["path"] = annotation.Path,
        ["start_line"] = annotation.Line,
        ["end_line"] = annotation.Line,
        ["start_column"] = null,
        ["end_column"] = null,
        ["annotation_level"] = annotation.Level,
        ["title"] = null,
        ["message"] = annotation.Message,
        ["raw_details"] = annotation.Details,
        ["blob_href"] = "https://git.example.com/blob",
    };

    private static JsonObject Status(StoredStatus status) => new()
    {
        ["id"] = status.Id,
        ["context"] = status.Name,
        ["state"] = status.State,
        ["description"] = status.Description,
        ["target_url"] = $"https://ci.example.com/statuses/{status.Id}",
    };

    private static JsonObject File(StoredFile file)
    {
        var json = new JsonObject
        {
            ["filename"] = file.Path,
            ["status"] = file.Status,
            ["additions"] = file.Additions,
            ["deletions"] = file.Deletions,
            ["changes"] = file.Additions + file.Deletions,
            ["patch"] = "@@ -1 +1 @@",
        };
        if (file.PreviousPath is { } previous)
        {
            json["previous_filename"] = previous;
        }

        return json;
    }

    private static ForgeAnswer Invalid(string message) => ForgeAnswer.Json(422, new JsonObject
    {
        ["message"] = "Validation Failed",
        ["errors"] = new JsonArray(new JsonObject { ["resource"] = "PullRequest", ["code"] = "custom", ["message"] = message }),
        ["documentation_url"] = Docs + "pulls/pulls#create-a-pull-request",
    });

    private ForgeAnswer AddComment(ForgeCall call)
    {
        var note = new StoredNote(Store.NextId(), "foreman-bot", call.Text("body")!, "2031-03-14T02:00:00Z");
        Thread(call, "issue_number")?.Comments.Add(note);
        return Thread(call, "issue_number") is null ? ForgeAnswer.Error(404, "Not Found") : ForgeAnswer.Json(201, Comment(note));
    }

    private ForgeAnswer ChangeComment(ForgeCall call)
    {
        foreach (var thread in Repository(call)?.Threads ?? [])
        {
            if (thread.Comments.FindIndex(c => c.Id == call.Number("comment_id")) is >= 0 and var index)
            {
                thread.Comments[index] = thread.Comments[index] with { Body = call.Text("body")! };
                return ForgeAnswer.Json(200, Comment(thread.Comments[index]));
            }
        }

        return ForgeAnswer.Error(404, "Not Found");
    }

    private ForgeAnswer AddLabels(ForgeCall call)
    {
        if (Thread(call, "issue_number") is not { } thread)
        {
            return ForgeAnswer.Error(404, "Not Found");
        }

        thread.Labels.AddRange(call.Body!["labels"]!.AsArray().Select(l => (string)l!).Except(thread.Labels));
        return ForgeAnswer.Json(200, Labels(thread));
    }

    private ForgeAnswer RemoveLabel(ForgeCall call) => Thread(call, "issue_number") is not { } thread ? ForgeAnswer.Error(404, "Not Found")
        : thread.Labels.RemoveAll(l => l.Equals(call.Values["name"], StringComparison.OrdinalIgnoreCase)) > 0 ? ForgeAnswer.Json(200, Labels(thread))
        : ForgeAnswer.Error(404, "Label does not exist");

    // "GitHub's REST API considers every pull request an issue".
    private ForgeAnswer ListIssues(ForgeCall call)
    {
        var labels = call.Query.GetValueOrDefault("labels", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        return Listed(
            Repository(call)?.Threads
                .Where(t => call.Query.GetValueOrDefault("state", "open") is "all" || (call.Query.GetValueOrDefault("state", "open") == "open") == (t.State == "open"))
                .Where(t => labels.All(l => t.Labels.Contains(l, StringComparer.OrdinalIgnoreCase)))
                .OrderByDescending(t => t.Number),
            t => Issue(call, t));
    }

    private ForgeAnswer CheckRuns(ForgeCall call) => ThreadAt(call, "ref") is { } thread
        ? ForgeAnswer.Pages(thread.Checks.Select((check, index) => CheckRun(thread, check, index)), runs => new JsonObject { ["total_count"] = thread.Checks.Count, ["check_runs"] = runs })
        : ForgeAnswer.Error(422, "No commit found for SHA");

    private StoredCheck? CheckRunAt(ForgeCall call) => Repository(call)?.Threads
        .SelectMany(t => t.Checks.Select((check, index) => (Id: CheckRunId(t, index), Check: check)))
        .FirstOrDefault(c => c.Id == call.Number("check_run_id")).Check;

    // "Returns the latest status for each context".
    private ForgeAnswer CombinedStatus(ForgeCall call) => ThreadAt(call, "ref") is { } thread
        ? ForgeAnswer.Pages(
            thread.Statuses.GroupBy(s => s.Name).Select(g => Status(g.Last())),
            statuses => new JsonObject { ["state"] = "pending", ["sha"] = thread.Branches!.HeadSha, ["total_count"] = statuses.Count, ["statuses"] = statuses })
        : ForgeAnswer.Error(422, "No commit found for SHA");

    private ForgeAnswer ListPulls(ForgeCall call)
    {
        // "Filter pulls by head user or head organization and branch name in the format of user:ref-name".
        var head = call.Query.GetValueOrDefault("head");
        return Repository(call) is { } repository
            ? ForgeAnswer.Pages(repository.OpenPulls
                .Where(t => head is null || head == $"{t.Branches!.HeadRepository.Split('/')[0]}:{t.Branches.Head}")
                .Where(t => call.Query.GetValueOrDefault("base") is not { } wanted || wanted == t.Branches!.Base)
                .OrderByDescending(t => t.Number)
                .Select(t => Pull(call, t)))
            : ForgeAnswer.Error(404, "Not Found");
    }

    private ForgeAnswer Create(ForgeCall call)
    {
        if (Repository(call) is not { } repository)
        {
            return ForgeAnswer.Error(404, "Not Found");
        }

        var head = call.Text("head")!.Split(':', 2);
        var source = head.Length == 1 ? repository.FullName
            : Store.Repositories.First(r => r.Owner == head[0] && (call.Text("head_repo") is not { } name || r.FullName.EndsWith("/" + name, StringComparison.Ordinal))).FullName;
        var branches = new StoredBranches(source, head[^1], call.Text("base")!);
        if (repository.OpenPulls.Any(t => t.Branches!.HeadRepository == source && t.Branches.Head == branches.Head && t.Branches.Base == branches.Base))
        {
            return Invalid($"A pull request already exists for {source.Split('/')[0]}:{branches.Head}.");
        }

        if ((bool?)call.Body!["draft"] == true && !repository.HasDrafts)
        {
            return Invalid("Draft pull requests are not supported in this repository.");
        }

        var thread = repository.AddPull(repository.NextNumber, call.Text("title")!, call.Text("body") ?? "", branches);
        (thread.IsDraft, thread.Author) = ((bool?)call.Body["draft"] ?? false, "foreman-bot");
        return ForgeAnswer.Json(201, Pull(call, thread));
    }

    private ForgeAnswer Get(ForgeCall call) => Thread(call, "pull_number", true) is not { } thread ? ForgeAnswer.Error(404, "Not Found")
        : call.Headers["Accept"] == "application/vnd.github.diff" ? new ForgeAnswer(200, thread.Diff, "application/vnd.github.diff; charset=utf-8")
        : ForgeAnswer.Json(200, Pull(call, thread));

    private ForgeAnswer Change(ForgeCall call)
    {
        if (Thread(call, "pull_number", true) is not { } thread)
        {
            return ForgeAnswer.Error(404, "Not Found");
        }

        (thread.Title, thread.Body) = (call.Text("title") ?? thread.Title, call.Text("body") ?? thread.Body);
        return ForgeAnswer.Json(200, Pull(call, thread));
    }

    private ForgeAnswer Graph(ForgeCall call)
    {
        var makesDraft = call.Text("query")!.Contains("convertPullRequestToDraft", StringComparison.Ordinal);
        var id = (string?)call.Body!["variables"]?["id"];
        var (repository, thread) = Store.Repositories.SelectMany(r => r.Threads.Select(t => (r, t))).FirstOrDefault(p => NodeId(p.r, p.t) == id);
        if (thread is null || (makesDraft && !repository.HasDrafts))
        {
            return ForgeAnswer.Json(200, new JsonObject { ["data"] = null, ["errors"] = new JsonArray(new JsonObject { ["message"] = "Draft pull requests are not supported in this repository" }) });
        }

        thread.IsDraft = makesDraft;
        return ForgeAnswer.Json(200, new JsonObject
        {
            ["data"] = new JsonObject
            {
                [makesDraft ? "convertPullRequestToDraft" : "markPullRequestReadyForReview"] = new JsonObject { ["pullRequest"] = new JsonObject { ["isDraft"] = makesDraft } },
            },
        });
    }
}
