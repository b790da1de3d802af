using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Settings;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop;

/// <summary>Results that are looked at before they end the run.</summary>
public sealed class ResultRoundsTests
{
    private const string Result = """{"verdict":"GO","summary":"did it","commit_message":"Do it"}""";

    [Fact]
    public void Without_a_check_every_result_ends_the_run()
    {
        var run = Begin(null).Submits();

        Assert.Equal((Outcomes.ModelDecided, Verdict.Go), (run.Outcome?.Outcome, run.Outcome?.Verdict));
    }

    [Fact]
    public void A_result_is_looked_at_and_ends_the_run_when_it_is_accepted()
    {
        var run = Begin(3).Submits();

        Assert.Null(run.Outcome);
        Assert.Equal(1, run.Step.Effects.OfType<LoopEffect.Check>().Single().Round);
        run = run.On(new LoopEvent.Checked(null));

        Assert.Equal((Outcomes.ModelDecided, Verdict.Go, "did it"), (run.Outcome?.Outcome, run.Outcome?.Verdict, run.Outcome?.Summary));
    }

    [Fact]
    public void A_refused_result_goes_back_to_the_model_which_goes_on()
    {
        var run = Begin(3).Submits().On(new LoopEvent.Checked("tests fail"));

        var asked = run.Step.Effects.OfType<LoopEffect.Ask>().Single().Request;
        Assert.Equal((ChatRole.User, "tests fail"), (asked.Messages[^1].Role, asked.Messages[^1].Content));
        run = run.On(LoopGiven.Call("write_file", """{"path":"a","content":"b"}""")).Ran(new ToolOutcome("wrote")).Submits();

        Assert.Equal(2, run.Step.Effects.OfType<LoopEffect.Check>().Single().Round);
        Assert.Equal(Verdict.Go, run.On(new LoopEvent.Checked(null)).Outcome?.Verdict);
    }

    [Fact]
    public void After_the_last_round_the_run_ends_incomplete_with_the_models_own_result()
    {
        var run = Begin(2);
        for (var i = 0; i < 2; i++)
        {
            run = run.Submits().On(new LoopEvent.Checked("tests fail"));
            Assert.Null(run.Outcome);
        }

        run = run.Submits().On(new LoopEvent.Checked("tests fail"));

        Assert.Equal((Outcomes.GateFailed, Verdict.Incomplete, FailureReason.GateFailed, TaskPhase.Succeeded), (run.Outcome?.Outcome, run.Outcome?.Verdict, run.Outcome?.Reason, run.Outcome?.Phase));
        Assert.Equal("Do it", run.Outcome?.Submission?.CommitMessage);
    }

    [Fact]
    public void A_refusal_in_the_last_turn_ends_the_run_as_refused()
    {
        var run = Begin(3, LoopGiven.Settings(10000) with { MaxTurns = 1 }).Submits().On(new LoopEvent.Checked("tests fail"));

        Assert.Equal(Outcomes.GateFailed, run.Outcome?.Outcome);
    }

    [Theory]
    [InlineData("NO-GO", "MODEL-NO-GO")]
    [InlineData("ERROR", "MODEL-DECIDED")]
    public void Only_a_claim_that_the_work_is_done_is_looked_at(string verdict, string outcome)
    {
        var run = Begin(3).Submits(verdict);

        Assert.Equal(outcome, run.Outcome?.Outcome);
    }

    [Fact]
    public void Calls_behind_a_refused_result_are_answered()
    {
        var answer = new ChatAnswer { Calls = [new RawToolCall("submit_result", Result), new RawToolCall("write_file", """{"path":"a","content":"b"}""")] };
        var run = Begin(3).On(new LoopEvent.Answered(answer)).RanResult().On(new LoopEvent.Checked("tests fail"));

        var messages = run.Step.Effects.OfType<LoopEffect.Ask>().Single().Request.Messages;

        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Tool, ChatRole.User], messages.Skip(2).Select(m => m.Role));
        Assert.Contains("write_file was not run", messages[4].Content, StringComparison.Ordinal);
        Assert.Equal("000000002", run.All.OfType<LoopEffect.Refuse>().Single().Call.Id);
    }

    [Theory]
    [InlineData(null, "GO")]
    [InlineData(null, "NO-GO")]
    [InlineData(3, "GO")]
    [InlineData(3, "ERROR")]
    [InlineData(0, "GO")]
    public void Calls_behind_a_result_that_ends_the_run_are_told_as_not_run_before_its_end(int? rounds, string verdict)
    {
        var answer = new ChatAnswer { Calls = [new RawToolCall("submit_result", Result), new RawToolCall("write_file", """{"path":"a","content":"b"}"""), new RawToolCall("read_file", """{"path":"a"}""")] };
        var run = Begin(rounds).On(new LoopEvent.Answered(answer)).RanResult(verdict);
        run = run.Step.Effects[^1] is LoopEffect.Check ? run.On(new LoopEvent.Checked(rounds == 0 ? "tests fail" : null)) : run;

        Assert.NotNull(run.Outcome);
        Assert.Equal(["000000002", "000000003"], run.All.OfType<LoopEffect.Refuse>().Select(r => r.Call.Id));
        Assert.IsType<LoopEffect.Finish>(run.All[^1]);
    }

    [Fact]
    public void A_run_that_is_stopped_while_its_result_is_looked_at_may_go_on_with_the_calls_behind_it()
    {
        var answer = new ChatAnswer { Calls = [new RawToolCall("submit_result", Result), new RawToolCall("write_file", """{"path":"a","content":"b"}""")] };
        var run = Begin(3).On(new LoopEvent.Answered(answer)).RanResult().On(new LoopEvent.Cancelled());

        Assert.Equal(FailureReason.Cancelled, run.Outcome?.Reason);
        Assert.Empty(run.All.OfType<LoopEffect.Refuse>());
    }

    [Fact]
    public void The_records_of_a_refused_result_give_the_state_that_the_run_had()
    {
        var run = Begin(3).Submits().On(new LoopEvent.Checked("tests fail"));

        var replayed = TranscriptReplay.Of(run.Rules, run.All.OfType<LoopEffect.Append>().Select(a => a.Record));

        Assert.Equal((1, (Submission?)null), (replayed.Refusals, replayed.Submission));
        Assert.Equal(run.Step.State.History.Select(h => h.Message.Content), replayed.History.Select(h => h.Message.Content));
    }

    [Fact]
    public void A_run_that_was_killed_while_its_result_was_looked_at_looks_at_it_again()
    {
        var run = Begin(3).Submits();
        var replayed = TranscriptReplay.Of(run.Rules, run.All.OfType<LoopEffect.Append>().Select(a => a.Record));

        var step = LoopMachine.Resume(run.Rules, replayed);

        Assert.Equal(1, step.Effects.OfType<LoopEffect.Check>().Single().Round);
    }

    private static Running Begin(int? rounds, EffectiveSettings? settings = null)
    {
        var rules = LoopGiven.Rules(settings ?? LoopGiven.Settings(10000)) with { ResultRounds = rounds };
        var step = LoopMachine.Start(rules, "s", "p");
        return new Running(rules, step, step.Effects);
    }

    /// <summary>A run as a chain of events.</summary>
    private sealed record Running(LoopRules Rules, LoopStep Step, IReadOnlyList<LoopEffect> All)
    {
        internal LoopOutcome? Outcome => Step.State.Outcome;

        internal Running On(LoopEvent happened)
        {
            var next = LoopMachine.Next(Rules, Step.State, happened);
            return new Running(Rules, next, [.. All, .. next.Effects]);
        }

        internal Running Ran(ToolOutcome outcome) => On(new LoopEvent.ToolRan(Step.Effects.OfType<LoopEffect.Run>().Single().Call, outcome));

        internal Running Submits(string verdict = "GO") => On(LoopGiven.Call("submit_result", Result.Replace("GO", verdict, StringComparison.Ordinal))).RanResult(verdict);

        internal Running RanResult(string verdict = "GO") => Ran(new ToolOutcome("result accepted") { Submission = new Submission(verdict, "did it", "Do it", null) });
    }
}
