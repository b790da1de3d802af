using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Operator.Workloads.Intake;
using Foreman.Testing.Forges;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Workloads.Intake;

public sealed class IntakeForgeTests : IDisposable
{
    private const string Repository = "acme/widgets";

    private static readonly DateTimeOffset Now = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);

    private readonly GitHubServer _server = new("secret", TimeProvider.System) { IsOpen = true, PageSize = 50 };
    private readonly ForgeAccess _access;
    private readonly IntakeForge _forge;

    public IntakeForgeTests()
    {
        _server.Store.Add(Repository).AddIssue(1, "Issue 1", "It is wrong.").Labels.AddRange(["foreman", "foreman:in-progress"]);
        _access = ForgeAccess.Public(new(ForgeEndpoint.Parse("github", _server.Url)), TimeProvider.System, NullLogger.Instance);
        _forge = new(_access, _ => Task.FromResult(true));
    }

    private StoredThread Issue => Assert.Single(_server.Store.Find(Repository)!.Threads);

    [Theory]
    [InlineData("/labels")]
    [InlineData("/comments")]
    public async Task A_forge_that_finds_no_issue_is_believed_only_where_the_list_has_none(string path)
    {
        _server.Instead = call => call.IsWrite && call.Path.EndsWith(path, StringComparison.Ordinal) ? ForgeAnswer.Error(404, "Not Found") : null;

        Assert.Null(await MarkAsync(isListed: false));
        var problem = await MarkAsync(isListed: true);

        Assert.Contains("Issue #1 of acme/widgets could not be marked", problem!.Text, StringComparison.Ordinal);
        Assert.False(problem.IsOfAll);
    }

    [Fact]
    public async Task A_label_that_is_gone_already_keeps_nothing_back()
    {
        Issue.Labels.Remove("foreman:in-progress");

        Assert.Null(await MarkAsync(isListed: true));
    }

    [Fact]
    public async Task A_locked_issue_gets_its_labels_without_a_comment()
    {
        _server.Instead = call => call.IsWrite && call.Path.EndsWith("/comments", StringComparison.Ordinal) ? ForgeAnswer.Error(403, "Unable to create comment because issue is locked.") : null;

        Assert.Null(await MarkAsync(isListed: true));

        Assert.Equal(["foreman", "foreman:done"], Issue.Labels);
        Assert.Empty(Issue.Comments);
    }

    [Fact]
    public async Task A_label_that_may_not_be_written_is_told()
    {
        _server.Instead = call => call.IsWrite && call.Path.EndsWith("/labels", StringComparison.Ordinal) ? ForgeAnswer.Error(403, "Resource not accessible by integration") : null;

        Assert.False((await MarkAsync(isListed: true))!.IsOfAll);

        Assert.Contains("foreman:in-progress", Issue.Labels);
    }

    [Fact]
    public async Task A_limit_is_told_in_the_same_words_each_time()
    {
        (_server.LimitLasts, _server.Fault) = (TimeSpan.FromHours(1), _ => ForgeFault.Limit);

        var (_, problem) = await _forge.ListAsync(Spec, Now, TestContext.Current.CancellationToken);
        var mark = await MarkAsync(isListed: true);

        Assert.Equal("The issues of acme/widgets could not be listed: the forge asks to wait, since it was asked too often.", problem);
        Assert.Equal(new MarkProblem("Issue #1 of acme/widgets could not be marked: the forge asks to wait, since it was asked too often.", IsOfAll: true), mark);
    }

    [Fact]
    public async Task A_list_says_when_it_was_asked_for() => Assert.Equal(Now, (await _forge.ListAsync(Spec, Now, TestContext.Current.CancellationToken)).Listing!.At);

    public void Dispose()
    {
        _access.Dispose();
        _server.Dispose();
        _server.Verify();
    }

    private static WorkloadSpec Spec => new() { Intent = "x", Repo = Repository, Source = new() { Label = "foreman" } };

    private Task<MarkProblem?> MarkAsync(bool isListed) => _forge.MarkAsync(
        new()
        {
            Child = new() { Spec = Spec },
            Issue = 1,
            Key = "intake/uid",
            Text = "It is done.",
            Add = "foreman:done",
            Remove = "foreman:in-progress",
            IsListed = isListed,
            State = "Done",
        },
        TestContext.Current.CancellationToken);
}
