using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Try;

namespace Foreman.Operator.Tests.Try;

public class ChangeTextTests
{
    private static readonly ModelSource Model = new(new("http://127.0.0.1:8080"), "qwen", Demo: false);

    [Fact]
    public void Checks_diff_and_branch_are_shown()
    {
        var lines = ChangeText.Lines(Result(
            new AgenticTaskStatus
            {
                Branch = "foreman/change-1",
                CommitSHA = "0123456789abcdef0123456789abcdef01234567",
                Gate = [new() { Check = "test", Outcome = Verdict.GatePass, Seconds = 3 }, new() { Check = "lint", Outcome = Verdict.GateFail, Advisory = true, Excerpt = "old" }],
            },
            "--- a/x\n+++ b/x\n+new\u001b[31m\n")).ToArray();

        Assert.Contains("  test     GATE-PASS, 3 s", lines);
        Assert.Contains("  lint     GATE-FAIL (for whoever reviews it), 0 s", lines);
        Assert.Contains("+++ b/x", lines);
        Assert.Equal("The branch foreman/change-1 of /clone is at 0123456789. To see it again: git -C /clone show foreman/change-1", lines[^1]);
        Assert.All(lines, l => Assert.DoesNotContain(l, char.IsControl));
    }

    [Fact]
    public void A_long_diff_is_cut_and_says_so()
    {
        var lines = ChangeText.Lines(Result(new AgenticTaskStatus(), string.Join('\n', Enumerable.Range(0, 500).Select(i => $"+{i}")))).ToArray();

        Assert.InRange(lines.Length, 200, 210);
        Assert.Contains("… and more", lines);
        Assert.Equal("No branch was made in /clone.", lines[^1]);
    }

    [Fact]
    public void A_branch_that_nothing_checked_says_so()
    {
        var status = new AgenticTaskStatus { Branch = "b", CommitSHA = "0123456789" };

        Assert.Contains(ChangeText.Lines(Result(status, "+x")), l => l.StartsWith("Nothing in it was checked", StringComparison.Ordinal));
        Assert.DoesNotContain(
            ChangeText.Lines(Result(status with { Gate = [new() { Check = "test", Outcome = Verdict.GatePass }] }, "+x")), l => l.StartsWith("Nothing in it was checked", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_clone_nothing_is_said() => Assert.Empty(ChangeText.Lines(Result(new AgenticTaskStatus(), "+x") with { Repo = null }));

    private static TryResult Result(AgenticTaskStatus status, string diff) => new(
        new AgenticTask
        {
            Metadata = new() { Name = "change-1" },
            Status = status with { Result = new JsonObject { ["extra"] = new JsonObject { ["diff"] = new JsonObject { ["text"] = diff, ["truncated"] = false } } } },
        },
        Model, null, null, TimeSpan.Zero)
    { Repo = "/clone" };
}
