using System.Globalization;
using Foreman.Api;
using Foreman.Operator.Workloads.Cli;
using Spectre.Console;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadPictureTests
{
    [Fact]
    public void A_few_issues_are_shown_whole()
    {
        var text = Rendered(WorkloadSample.State(
            WorkloadSample.Issues(
                WorkloadSample.Step("code-42", StepState.Succeeded) with { Superseded = true },
                WorkloadSample.Step("code-42-r1", StepState.Running),
                WorkloadSample.Step("review-43-0", StepState.Incomplete, 43)),
            WorkloadSample.Task("code-42-r1", TaskPhase.Running),
            WorkloadSample.Task("review-43-0", TaskPhase.Succeeded, WorkloadSample.Findings(9))) with
        { Trouble = "can't be [reached]" });

        foreach (var shown in new[] { "w Dispatched: 3 in flight", "issue 42 running", "revision 1", "code-42-r1 running on box, model qwen", "issue 43 not done", "major calc.py:3 add subtracts", "can't be [reached]" })
        {
            Assert.Contains(shown, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("calc.py:4", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_issues_those_under_way_are_shown_whole_and_the_others_in_short()
    {
        WorkloadStep[] steps =
        [
            .. Enumerable.Range(1, 12).Select(i => WorkloadSample.Step(Name(i), StepState.Succeeded, i)),
            WorkloadSample.Step(Name(13), StepState.Running, 13),
            .. Enumerable.Range(14, 30).Select(i => WorkloadSample.Step(Name(i), StepState.Planned, i)),
        ];

        var text = Rendered(WorkloadSample.State(WorkloadSample.Issues(steps)));

        foreach (var shown in new[] { "earlier 4 more have ended", "issue 5 done", "issue 12 done", "issue 13 running", "code-13 running", "later 30 are not begun" })
        {
            Assert.Contains(shown, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("issue 4 done", text, StringComparison.Ordinal);
        Assert.DoesNotContain("code-14", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_pipeline_shows_what_is_under_way()
    {
        var steps = Enumerable.Range(1, 40).Select(i => WorkloadSample.Step(Name(i), i == 20 ? StepState.Running : i < 20 ? StepState.Succeeded : StepState.Planned, null)).ToArray();

        var text = Rendered(WorkloadSample.State(WorkloadSample.Pipeline(steps)) with { IsUnseen = true });

        Assert.Contains("code-20 running", text, StringComparison.Ordinal);
        Assert.Contains("39 more steps", text, StringComparison.Ordinal);
        Assert.Contains("no operator has looked at it yet", text, StringComparison.Ordinal);
    }

    private static string Name(int issue) => string.Create(CultureInfo.InvariantCulture, $"code-{issue}");

    private static string Rendered(WorkloadState state)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 200;
        console.Write(WorkloadPicture.Render(state));
        return writer.ToString();
    }
}
