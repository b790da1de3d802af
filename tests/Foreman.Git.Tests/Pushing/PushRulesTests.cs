using Foreman.Git.Pushing;

namespace Foreman.Git.Tests.Pushing;

public class PushRulesTests
{
    private static readonly AttemptMark Own = new("uid", 3);

    [Theory]
    [InlineData("sha", null, null, false, false, "AlreadyThere")]
    [InlineData(null, null, null, false, false, "push")]
    [InlineData("old", "old", null, true, false, "push")]
    [InlineData("old", "old", null, false, false, "NotAllowed")]
    [InlineData("old", "old", null, false, true, "push")]
    [InlineData("old", "old", "uid/2", false, false, "push")]
    [InlineData("old", "old", "other/2", false, false, "NotAllowed")]
    [InlineData("old", null, "uid/2", false, false, "push")]
    [InlineData("old", "older", "uid/1", false, false, "push")]
    [InlineData("old", null, "uid/3", false, true, "Fenced")]
    [InlineData("old", null, "uid/4", false, true, "Fenced")]
    [InlineData("old", "old", "uid/4", true, true, "Fenced")]
    [InlineData("old", "old", "uid/3", true, false, "push")]
    [InlineData("old", "old", "uid/3", false, false, "push")]
    [InlineData("old", null, "uid/3", true, false, "push")]
    [InlineData("old", "old", "uid/4", false, true, "Fenced")]
    [InlineData("old", null, "other/1", false, true, "Overtaken")]
    [InlineData("old", "older", null, true, true, "Overtaken")]
    [InlineData(null, "older", null, false, true, "Overtaken")]
    public void What_may_be_replaced_depends_on_who_made_it(string? tip, string? expected, string? mark, bool forward, bool overwrite, string decision)
    {
        var tipMark = mark is null ? null : new AttemptMark(mark.Split('/')[0], long.Parse(mark.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));

        var result = PushRules.Decide(new PushFacts("b", "sha", Own, tip, expected, overwrite) { TipMark = tipMark, IsFastForward = forward }).Result;

        Assert.Equal(decision, result?.GetType().Name ?? "push");
    }
}
