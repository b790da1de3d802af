using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchRulesTests
{
    private static readonly DispatchRequest Sound = new() { Issues = [42], Repo = "o/r", Kind = TaskKind.IssueFix };

    /// <summary>A request and how each of its faults begins.</summary>
    public static TheoryData<object, string[]> Requests => new()
    {
        { Sound, [] },
        { Sound with { Issues = [], Kind = TaskKind.Freeform, Prompt = "p" }, [] },
        { new DispatchRequest { Prompt = "p" }, [] },
        { new DispatchRequest { Name = "n" }, [] },
        { new DispatchRequest(), ["nothing to do"] },
        { new DispatchRequest { Name = "N_n" }, ["--name: `N_n` is not valid"] },
        { new DispatchRequest { Name = "n", Overwrite = true, Agent = "y" }, ["--overwrite, --agent: --name alone looks at a task again"] },
        { Sound with { Repo = null }, ["--repo is missing"] },
        { Sound with { Prompt = " " }, ["--prompt is empty"] },
        { Sound with { Issues = [] }, ["--prompt is missing"] },
        { Sound with { Kind = TaskKind.Freeform }, ["--prompt is missing"] },
        { Sound with { Repo = "file://box/c" }, ["--prompt is missing: a folder has no issues"] },
        { Sound with { Repo = "file://box/c", Prompt = "p", OpenPullRequest = true }, ["--open-pull-request: a folder"] },
        { Sound with { Kind = TaskKind.Verify }, ["--branch is missing: a task of kind verify"] },
        { Sound with { Kind = TaskKind.Verify, Branch = "b" }, [] },
        { Sound with { Kind = TaskKind.Verify, Branch = "b", OpenPullRequest = true }, ["--open-pull-request: a task of kind verify"] },
        { Sound with { Kind = TaskKind.Verify, Branch = "b", Prompt = "p", Overwrite = true, BranchPrefix = "x" }, ["--prompt: a task of kind verify", "--overwrite: a task of kind verify", "--branch-prefix: a task of kind verify"] },
        { Sound with { Kind = TaskKind.Review, Branch = "b", Prompt = "p", Overwrite = true, BranchPrefix = "x" }, ["--overwrite: a task of kind review", "--branch-prefix: a task of kind review"] },
        { Sound with { Prompt = new string('x', 262145) }, ["--prompt: it has 262145 characters"] },
        { Sound with { Issues = [1, 2], Name = "n", Branch = "b" }, ["--name: several", "--branch: several"] },
        { Sound with { Issues = [1, 1] }, ["an issue is given twice"] },
        { Sound with { Issues = [.. Enumerable.Range(1, 21)] }, ["21 issues are given, and 20 is the most"] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void All_faults_are_told_at_once(object request, string[] begins)
    {
        var faults = DispatchRules.Faults((DispatchRequest)request).ToArray();

        Assert.Equal(begins.Length, faults.Length);
        Assert.All(begins.Zip(faults), f => Assert.StartsWith(f.First, f.Second, StringComparison.Ordinal));
    }
}
