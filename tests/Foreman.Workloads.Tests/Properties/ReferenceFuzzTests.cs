using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Testing;
using Foreman.Workloads.Tests.Workflows;

namespace Foreman.Workloads.Tests.Properties;

/// <summary>No text of a step and no result of a run makes a decision throw anything but what it says it throws.</summary>
[Trait("Kind", "2")]
public class ReferenceFuzzTests
{
    private static readonly string[] Texts =
    [
        "Take ${steps.a.branch} and ${steps.b.output.size}.", "$${steps.a.branch} as it is", "${steps.0.verdict}${steps.1.commitSHA}", "plain", "$$${steps.a.summary}$",
        "${steps.a.output.a.b}}", "${steps.", "$${steps.${steps.a.summary}",
    ];

    private static readonly string[] Results =
    [
        """{"summary":"One case is missing.","extra":{"outcome":"MODEL-DECIDED","outputs":{"size":3,"list":[1,"x"],"deep":{"a":null}},"resolvedBy":"1a2b3c"}}""",
        """{"extra":{"gateAdvisories":[{"check":"bite","detail":"passes"},{"check":null}],"pullRequestURL":"https://forge/pulls/1"}}""",
        """{"summary":"no","extra":{"findings":[{"severity":"blocker","file":"a.py","line":3,"message":"wrong","suggestion":"right"},"bare",null]}}""",
        """{"extra":{"modelExtra":{"outcome":"CODER-GATE-FAILED","findings":{"scope":"wide"},"outputs":{"size":"4"}}}}""",
        """{"summary":7,"extra":"x"}""",
    ];

    [Fact]
    public void Texts_with_references() => Fuzzer.Run(new FuzzTarget("references", Bytes(Texts), bytes =>
    {
        var text = Encoding.UTF8.GetString(bytes);
        var pieces = ReferenceText.Parse(text);

        // What was read can be written again, and gives the same text.
        Assert.Equal(text, string.Concat(pieces.Select(p => p.Reference?.ToString() ?? p.Literal!.Replace("${steps.", "$${steps.", StringComparison.Ordinal))));
        Assert.Equal(ReferenceText.IsPlain(text), pieces.All(p => p.Reference is null && !p.Literal!.Contains("${steps.", StringComparison.Ordinal)));
    })
    { Allowed = [typeof(ReferenceException)] });

    [Fact]
    public void Texts_in_pipelines() => Fuzzer.Run(new FuzzTarget("pipelines", Bytes(Texts), bytes =>
    {
        var text = Encoding.UTF8.GetString(bytes);
        var workload = Given.Workload("w", Given.Pipeline(Given.Step("a"), Given.Step("b"), Given.Step("c", "a", "b").Asking(text), Given.Step("d", "c")));
        var decision = Given.Decide(workload);

        Assert.NotNull(decision.Status);
        Assert.True(decision.Creates.IsEmpty == (decision.Status.Phase == WorkloadPhase.Failed), "a plan that is refused makes no tasks");
    }));

    [Fact]
    public void Texts_in_Workflows() => Fuzzer.Run(new FuzzTarget("workflows", Bytes(Texts), bytes =>
    {
        var play = new WorkflowPlay(WorkflowPlay.Step("a"), WorkflowPlay.Step("b", Encoding.UTF8.GetString(bytes))).Settle();
        if (play.Status.Phase == WorkflowPhase.Running)
        {
            play.EndAndSettle("a", WorkflowPlay.Giving("""{"size":3}"""));
        }

        Assert.True(play.Tasks.ContainsKey("w-b") != (play.Status.Phase == WorkflowPhase.Failed), "a step whose references have no values is not made");
    }));

    [Fact]
    public void Values_that_are_put_in() => Fuzzer.Run(new FuzzTarget("values", Bytes(Texts), bytes =>
    {
        var text = Encoding.UTF8.GetString(bytes);
        var step = new Step("c", TaskKind.Freeform, "writer", new());
        var graph = new StepGraph([new("a", TaskKind.Freeform, "writer", new()), step]);
        var source = StepResult.Of(Given.Child("w", "a").Ended(RunEnd.Go with { Summary = text, Branch = text }));
        var filled = PayloadFilling.Fill(new() { Prompt = "<${steps.a.summary}>", Branch = "${steps.0.branch}" }, step, graph, _ => source);

        Assert.Equal(($"<{text}>", text), (filled.Prompt, filled.Branch));
    }));

    [Fact]
    public void Results_of_runs() => Fuzzer.Run(new FuzzTarget("results", Bytes(Results), bytes =>
    {
        // An API server stores no name twice.
        if (JsonNode.Parse(ForeignJson.Parse(bytes).GetRawText(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is not JsonObject result)
        {
            return;
        }

        foreach (var verdict in (Verdict[])[Verdict.Go, Verdict.NoGo, Verdict.Incomplete])
        {
            DecideAfter(result, verdict);
        }
    })
    { Allowed = [typeof(ForeignTextException), typeof(JsonException)] });

    private static void DecideAfter(JsonObject result, Verdict verdict)
    {
        AgenticTask Ended(string step, TaskKind kind) => Given.Child("w", step, kind) with
        {
            Status = new() { Phase = TaskPhase.Succeeded, Verdict = verdict, Result = result.DeepClone().AsObject() },
        };

        var batch = Given.Batch(1) with
        {
            ReviewerAgentRefs = Given.Refs("reader"),
            EscalationReviewerAgentRefs = Given.Refs("judge"),
            EscalationCoderAgentRef = Given.Ref("senior"),
            EscalateOnFailure = true,
        };
        var steps = Given.Pipeline(Given.Step("a"), Given.Step("b", "a").Asking("${steps.a.output.size} ${steps.a.summary}"));
        var decisions = new[]
        {
            Given.Decide(Given.Workload("w", batch), Ended("code-1", TaskKind.IssueFix), Ended("verify-1", TaskKind.Verify), Ended("review-1-0", TaskKind.Review)),
            Given.Decide(Given.Workload("w", batch), Ended("code-1", TaskKind.IssueFix)),
            Given.Decide(Given.Workload("w", steps), Ended("a", TaskKind.Freeform)),
        };
        Assert.All(decisions, d => Assert.All(d.Status!.Plan!, s => Assert.InRange(s.Message?.Length ?? 0, 0, 513)));
    }

    private static byte[][] Bytes(string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
