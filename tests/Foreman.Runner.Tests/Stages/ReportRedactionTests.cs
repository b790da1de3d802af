using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Tests.Stages;

public sealed class ReportRedactionTests
{
    private static readonly string Key = "ghp_" + new string('a', 36);
    private const string Shown = "[left out: GitHub token]";

    [Fact]
    public void No_text_of_a_report_keeps_a_key()
    {
        var report = new WorkReport(
            new ResultEnvelope { Verdict = Verdict.Go, Summary = $"see {Key}", Extra = new JsonObject { ["files"] = new JsonArray(new JsonObject { ["path"] = Key }) } }, TaskPhase.Succeeded, new Usage { Turns = 3 })
        {
            Message = $"whole {Key}",
            Note = $"note {Key}",
            McpFaults = [$"fault {Key}"],
            Branch = "foreman/task",
            Gate = [new GateCheckResult { Check = "test", Outcome = Verdict.GateFail, Excerpt = $"log {Key}" }, new GateCheckResult { Check = "bite", Outcome = Verdict.GatePass }],
        };

        var shown = ReportRedaction.Of(report, Redaction.OfForms);

        Assert.Equal(
            ($"see {Shown}", $"whole {Shown}", $"note {Shown}", $"log {Shown}", (string?)null),
            (shown.Envelope.Summary, shown.Message, shown.Note, shown.Gate![0].Excerpt, shown.Gate[1].Excerpt));
        Assert.Equal([$"fault {Shown}"], shown.McpFaults);
        Assert.Equal(Shown, (string?)shown.Envelope.Extra!["files"]![0]!["path"]);
        Assert.Equal((Verdict.Go, TaskPhase.Succeeded, 3, "foreman/task"), (shown.Envelope.Verdict, shown.Phase, shown.Usage.Turns, shown.Branch));
    }

    [Fact]
    public void A_summary_is_looked_through_before_it_is_cut()
    {
        // The key begins within the bound and ends behind it.
        var summary = new string('x', ResultEnvelope.MaxSummaryBytes - 20) + " " + Key;

        var shown = ReportRedaction.Of(WorkReport.Failed(FailureReason.InfrastructureError, summary), Redaction.OfForms);

        Assert.DoesNotContain("ghp_", shown.Envelope.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("ghp_", shown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_valid_text_harms_nothing()
    {
        var extra = new JsonObject { ["half"] = JsonNode.Parse("\"\\ud800\""), ["key"] = Key };

        var shown = ReportRedaction.Of(new WorkReport(new ResultEnvelope { Extra = extra }, TaskPhase.Failed, new Usage()), Redaction.OfForms);

        Assert.Equal(("left out: it is no valid JSON", Shown), ((string?)shown.Envelope.Extra!["half"], (string?)shown.Envelope.Extra["key"]));
    }

    [Fact]
    public void The_name_of_a_tool_is_a_word_of_the_model()
    {
        Assert.Equal(Shown, ReportRedaction.Of(new TaskProgress { Turn = 1, Tool = Key }, Redaction.OfForms).Tool);
        Assert.Equal([Shown], ReportRedaction.Of(new TaskProgress { Turn = 1, McpFaults = [Key] }, Redaction.OfForms).McpFaults!);
        Assert.Null(ReportRedaction.Of(new TaskProgress { Turn = 1 }, Redaction.OfForms).Tool);
    }
}
