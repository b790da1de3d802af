using System.CommandLine;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class BatchFlagsTests
{
    [Fact]
    public void Issues_of_a_forge_need_nothing_more()
    {
        var request = Read("--issues", "42,43", "--repo", "o/r");

        Assert.Equal([42, 43], request.Batch!.Issues);
        Assert.Empty(request.Issues);
        Assert.False(request.OnlyLooks);
        Assert.Empty(request.Batch.NamedAgents);
    }

    [Fact]
    public void Issues_may_have_a_hash_and_spaces_and_be_given_in_parts() =>
        Assert.Equal([7, 8, 9], Read("--issues", "#7, #8", "--issues", "9", "--repo", "o/r").Batch!.Issues);

    [Fact]
    public void An_intent_alone_is_a_workload_of_its_own()
    {
        var request = Read("--intent", "make it fast", "--repo", "o/r", "--planner-model", "large", "--suspend", "--max-tasks", "9", "--budget-time", "1h");

        Assert.Equal((true, "make it fast", "large", true), (request.Batch!.IsIntent, request.Batch.Intent, request.Batch.PlannerModel, request.Batch.Suspend));
        Assert.Equal((9, 3600), (request.Batch.MaxTasks, request.Batch.BudgetSeconds));
        Assert.False(Read("--intent", "make it fast", "--issues", "42", "--repo", "o/r").Batch!.IsIntent);
        Assert.Equal("-", Read("--intent", "-").Batch!.Intent);
    }

    [Fact]
    public void Without_them_there_is_no_workload() => Assert.Null(Read("42", "--repo", "o/r").Batch);

    [Fact]
    public void Agents_rounds_and_budgets_are_read()
    {
        var batch = Read(
            "--issues", "42", "--repo", "o/r", "--intent", "keep it small", "--coder", "c", "--verifier", "v", "--reviewer", "r1", "--reviewer", "r2", "--revision-coder", "rc",
            "--escalation-coder", "ec", "--escalation-reviewer", "er", "--max-reviews", "0", "--max-tasks", "9", "--budget-tokens", "5000000000", "--budget-time", "1h30m").Batch!;

        Assert.Equal(("keep it small", "c", "v", "rc", "ec"), (batch.Intent, batch.Coder, batch.Verifier, batch.RevisionCoder, batch.EscalationCoder));
        Assert.Equal(["r1", "r2"], batch.Reviewers);
        Assert.Equal(["er"], batch.EscalationReviewers);
        Assert.Equal((0, 9, 5_000_000_000L, 5400), (batch.MaxReviews, batch.MaxTasks, batch.BudgetTokens, batch.BudgetSeconds));
        var none = Read("--issues", "42", "--repo", "o/r", "--no-verifier", "--no-reviewer").Batch!;
        Assert.Equal((true, true), (none.NoVerifier, none.NoReviewer));
    }

    [Fact]
    public void Flags_that_tasks_have_too_count_for_the_workload()
    {
        var request = Read("--issues", "42", "--repo", "o/r", "--gate", "python", "--overwrite", "--open-pull-request", "false", "--name", "n", "--queue", "--wait", "-o", "json");

        Assert.Equal((GateLanguage.Python, true, (bool?)false, "n"), (request.Gate!.Language, request.Overwrite, request.OpenPullRequest, request.Name));
        Assert.Equal((true, true, true), (request.Queue, request.Wait, request.Json));
    }

    [Theory]
    [InlineData("--issues: `x` is not valid: expected the number of an issue", "--issues", "42,x", "--repo", "o/r")]
    [InlineData("--issues: `` is not valid", "--issues", "42,", "--repo", "o/r")]
    [InlineData("--coder: `` is not valid: expected the name of an Agent", "--issues", "42", "--repo", "o/r", "--coder", "")]
    [InlineData("--planner-model: ` ` is not valid: expected the name of a model", "--intent", "x", "--planner-model", " ")]
    [InlineData("--max-reviews: `21` is not valid: expected a number from 0 to 20", "--issues", "42", "--repo", "o/r", "--max-reviews", "21")]
    [InlineData("--max-tasks: `0` is not valid: expected a number from 1", "--issues", "42", "--repo", "o/r", "--max-tasks", "0")]
    [InlineData("--budget-tokens: `2M` is not valid", "--issues", "42", "--repo", "o/r", "--budget-tokens", "2M")]
    [InlineData("--budget-time: `soon` is not valid: expected a duration", "--issues", "42", "--repo", "o/r", "--budget-time", "soon")]
    public void What_cant_be_is_told(string message, params string[] arguments)
    {
        var refused = Assert.Throws<ExitException>(() => Read(arguments));

        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private static DispatchRequest Read(params string[] arguments)
    {
        var command = new Command("dispatch", "");
        DispatchFlags.AddTo(command);
        return DispatchFlags.Read(command.Parse(arguments), DateTimeOffset.UnixEpoch, "box");
    }
}
