using System.Text.Json.Nodes;
using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Runner.Reviews;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;

namespace Foreman.Runner.Tests.Stages;

/// <summary>Findings held against a branch, with real git.</summary>
public sealed class ReviewStageTests
{
    [Fact]
    public async Task Places_are_held_against_the_branch_and_its_diff()
    {
        using var branch = await ChangedAsync();

        var envelope = (await JudgedAsync(branch, Verdict.NoGo, """
            {"filesTouched":["src/calc.py"],"findings":[
                {"severity":"blocker","file":"calc.py","line":2,"message":"it subtracts"},
                {"severity":"major","file":"src/calc.py","line":1,"message":"not touched"},
                {"severity":"major","file":"old.py","line":3,"message":"it is still imported"},
                {"severity":"major","file":"old.py","line":4,"message":"no such line"},
                {"severity":"major","file":"big.txt","line":1,"message":"not changed"},
                {"severity":"major","file":"nowhere.py","line":1,"message":"no such file"},
                {"severity":"minor","message":"no place"}]}
            """)).LoopResult!.Envelope;

        Assert.Equal(Verdict.NoGo, envelope.Verdict);
        var findings = envelope.Extra!["findings"]!.AsArray();
        Assert.Equal([true, false, true, false, false, false, false], findings.Select(f => (bool)f!["grounded"]!));
        Assert.Equal(["src/calc.py", "src/calc.py", "old.py", "old.py", "big.txt", null, null], findings.Select(f => (string?)f!["file"]));
        Assert.Equal([2L, 1L, 3L, null, 1L, null, null], findings.Select(f => (long?)f!["line"]));
        Assert.Equal(("calc.py", "nowhere.py", 4L), ((string?)findings[0]!["fileClaimed"], (string?)findings[5]!["fileClaimed"], (long?)findings[3]!["lineClaimed"]));
        Assert.Equal("""["logo.bin","old.py","src/calc.py"]""", envelope.Extra["filesTouched"]!.ToJsonString());
        Assert.Equal(("feature", await branch.Clone.GitAsync("rev-parse", "feature")), ((string?)envelope.Extra["branch"], (string?)envelope.Extra["commitSHA"]));
    }

    [Fact]
    public async Task A_rejection_by_made_up_places_is_an_approval_with_what_was_said_beside()
    {
        using var branch = await ChangedAsync();

        var envelope = (await JudgedAsync(branch, Verdict.NoGo, """{"findings":[{"severity":"blocker","file":"src/calc.py","line":99,"message":"m"}]}""")).LoopResult!.Envelope;

        Assert.Equal((Verdict.Go, "NO-GO", 99L), (envelope.Verdict, (string?)envelope.Extra!["verdictClaimed"], (long)envelope.Extra["findings"]![0]!["lineClaimed"]!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"line\":1,")]
    public async Task A_rejection_over_a_file_that_has_no_lines_stands(string line)
    {
        using var branch = await ChangedAsync();

        Assert.Equal(Verdict.NoGo, (await JudgedAsync(branch, Verdict.NoGo, $$"""{"findings":[{"severity":"major",{{line}}"file":"logo.bin","message":"it is no logo"}]}""")).LoopResult!.Envelope.Verdict);
    }

    [Fact]
    public async Task An_approval_is_held_against_the_issue()
    {
        using var branch = await ChangedAsync();

        var record = await JudgedAsync(branch, Verdict.Go, "{}", new ReviewIssue("Say how to indent", "Mend AGENTS.md; I called it from repro.py"));
        var removed = await JudgedAsync(branch, Verdict.Go, "{}", new ReviewIssue("Remove what is old", "Nobody needs old.py"));

        Assert.Equal("""["AGENTS.md"]""", record.LoopResult!.Envelope.Extra!["scopeRefs"]!.ToJsonString());
        Assert.Equal((Verdict.Go, """["old.py"]"""), (removed.LoopResult!.Envelope.Verdict, removed.LoopResult.Envelope.Extra!["scopeRefs"]!.ToJsonString()));
        Assert.Equal((Verdict.NoGo, "scope-overlap"), (record.LoopResult!.Envelope.Verdict, (string?)record.LoopResult.Envelope.Extra!["verdictDemotedBy"]));
    }

    [Fact]
    public async Task What_a_command_changed_in_the_files_is_no_part_of_the_branch_and_no_result()
    {
        using var branch = await ChangedAsync();
        await File.WriteAllTextAsync(Path.Combine(branch.Record.Workspace!, "src/calc.py"), "\n\n\n\n\n");

        var record = await JudgedAsync(branch, Verdict.NoGo, """{"findings":[{"severity":"blocker","file":"src/calc.py","line":5,"message":"m"}]}""");

        Assert.Equal(Verdict.Go, record.LoopResult!.Envelope.Verdict);
        Assert.Empty(record.LoopResult.Files);
        Assert.Null(record.LoopResult.Envelope.Extra!["files"]);
    }

    [Theory]
    [InlineData("Cancelled")]
    [InlineData("MaxTurnsExhausted")]
    public async Task A_run_without_a_verdict_is_left_as_it_is(string reason)
    {
        using var branch = await ChangedAsync();
        var result = ResultOf(Verdict.Incomplete, "{}");
        result = result with { Envelope = result.Envelope with { FailureReason = new FailureReason(reason) } };

        var record = await NextAsync(branch, result, null);

        Assert.Equal((Verdict.Incomplete, new FailureReason(reason)), (record.LoopResult!.Envelope.Verdict, record.LoopResult.Envelope.FailureReason));
        Assert.Null(record.LoopResult.Envelope.Extra!["findings"]);
        Assert.Empty(record.LoopResult.Files);
    }

    private static Task<ReviewedBranch> ChangedAsync() => ReviewedBranch.OfAsync(async clone =>
    {
        File.Delete(Path.Combine(clone.Path, "old.py"));
        await File.WriteAllBytesAsync(Path.Combine(clone.Path, "logo.bin"), [0, 1, 2, 0, 255]);
        await clone.CommitAsync("Subtract", ("src/calc.py", ReviewedBranch.Wrong));
    });

    private static Task<RunRecord> JudgedAsync(ReviewedBranch branch, Verdict verdict, string extra, ReviewIssue? issue = null) => NextAsync(branch, ResultOf(verdict, extra), issue);

    private static async Task<RunRecord> NextAsync(ReviewedBranch branch, AgentRunResult result, ReviewIssue? issue)
    {
        var record = branch.Record with
        {
            LoopResult = result,
            Review = new ReviewSubject("p", ["logo.bin", "old.py", "src/calc.py"]) { Diff = "", Issue = issue },
        };
        return Assert.IsType<StageResult.Next>(await new ReviewStage().RunAsync(record, _ => { }, CancellationToken.None)).Record;
    }

    private static AgentRunResult ResultOf(Verdict verdict, string extra) => new()
    {
        Phase = TaskPhase.Succeeded,
        Usage = new Usage(),
        Files = [new DeliveredFile("src/calc.py", new string('a', 64), 5)],
        Envelope = new ResultEnvelope { Verdict = verdict, Summary = "s", Extra = new JsonObject { ["files"] = new JsonArray(), ["modelExtra"] = JsonNode.Parse(extra) } },
    };
}
