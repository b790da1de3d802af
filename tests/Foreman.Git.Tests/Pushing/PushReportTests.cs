using Foreman.Git.Pushing;

namespace Foreman.Git.Tests.Pushing;

public class PushReportTests
{
    [Theory]
    [InlineData("To https://x\n*\tabc:refs/heads/b\t[new branch]\nDone\n", true, false)]
    [InlineData(" \tabc:refs/heads/b\ta..b\n", true, false)]
    [InlineData("+\tabc:refs/heads/b\ta...b (forced update)\n", true, false)]
    [InlineData("=\tabc:refs/heads/b\t[up to date]\n", true, false)]
    [InlineData("!\tabc:refs/heads/b\t[rejected] (stale info)\n", false, true)]
    [InlineData("!\tabc:refs/heads/b\t[remote rejected] (failed to update ref)\n", false, true)]
    [InlineData("!\tabc:refs/heads/b\t[remote rejected] (pre-receive hook declined)\n", false, false)]
    [InlineData("!\tabc:refs/heads/b\t[remote rejected] (branch is currently checked out)\n", false, false)]
    public void A_report_says_whether_the_branch_was_taken(string text, bool accepted, bool stale)
    {
        var report = PushReport.Parse(text)!;

        Assert.Equal((accepted, stale), (report.Accepted, report.Stale));
    }

    [Fact]
    public void A_push_that_never_got_there_has_no_report() => Assert.Null(PushReport.Parse("fatal: x\n"));
}
