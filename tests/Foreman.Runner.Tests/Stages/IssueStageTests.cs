using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Tests.Stages;

/// <summary>How tasks end whose issue can't be read; the stage itself runs in the scenarios of issues.</summary>
public sealed class IssueStageTests
{
    [Theory]
    [InlineData(ForgeErrorKind.Unreachable, "InfrastructureError")]
    [InlineData(ForgeErrorKind.RateLimited, "InfrastructureError")]
    [InlineData(ForgeErrorKind.Unreadable, "InfrastructureError")]
    [InlineData(ForgeErrorKind.Unauthorized, "AuthUnavailable")]
    [InlineData(ForgeErrorKind.Forbidden, "AuthUnavailable")]
    [InlineData(ForgeErrorKind.Refused, "Unsupported")]
    [InlineData(ForgeErrorKind.NotFound, "ConstraintViolated")]
    public void What_another_moment_may_do_is_given_back_and_the_rest_ends_the_task(ForgeErrorKind kind, string reason)
    {
        var ended = IssueStage.Failure(new ForgeError(kind, "no"), "issue #1 can't be read: no");

        Assert.Equal(reason, ended.Reason.Value);
        Assert.StartsWith("issue #1 can't be read: no", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_an_issue_fix_with_an_issue_reads_one()
    {
        Assert.True(IssueStage.Reads(new AgenticTaskSpec { Kind = TaskKind.IssueFix, Payload = new TaskPayload { Issue = 1 } }));
        Assert.False(IssueStage.Reads(new AgenticTaskSpec { Kind = TaskKind.IssueFix, Payload = new TaskPayload() }));
        Assert.False(IssueStage.Reads(new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Issue = 1 } }));
    }
}
