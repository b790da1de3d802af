using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop;

/// <summary>What is left of an answer when a part of its reading is switched off.</summary>
public sealed class LoopDefencesTests
{
    private static readonly ToolCatalog Catalog = ToolCatalog.Of([KnownTools.ReadFile, KnownTools.WriteFile]);

    [Fact]
    public void Calls_in_text_are_prose_without_their_adapters()
    {
        var answer = new ChatAnswer { Content = """<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>""" };

        Assert.Equal(AnswerKind.Calls, Sort(answer, LoopDefences.All).Kind);
        Assert.Equal(AnswerKind.NoCall, Sort(answer, LoopDefences.All with { FindsCallsInText = false }).Kind);
    }

    [Fact]
    public void Arguments_stay_as_they_came_without_mending()
    {
        var wrapped = Call("read_file", """{"arguments":{"path":"a"}}""");
        var without = LoopDefences.All with { MendsArguments = false };

        Assert.Equal("""{"path":"a"}""", Sort(wrapped, LoopDefences.All).Calls[0].Call.Arguments);
        Assert.Equal("""{"arguments":{"path":"a"}}""", Sort(wrapped, without).Calls[0].Call.Arguments);
        Assert.Contains("no valid JSON", Sort(Call("read_file", """{"path":"""), without).Calls[0].Problem, StringComparison.Ordinal);
        Assert.Contains("another kind of JSON", Sort(Call("read_file", "[]"), without).Calls[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_arguments_and_empty_answers_enter_the_history_without_its_guard()
    {
        var without = LoopDefences.All with { KeepsHistoryValid = false };

        Assert.Equal("{}", Sort(Call("read_file", """{"path":"""), LoopDefences.All).Calls[0].Call.Arguments);
        Assert.Equal("""{"path":""", Sort(Call("read_file", """{"path":"""), without).Calls[0].Call.Arguments);
        Assert.Equal(AnswerTriage.EmptyAnswer, Sort(new ChatAnswer(), LoopDefences.All).Message.Content);
        Assert.Equal("", Sort(new ChatAnswer(), without).Message.Content);
    }

    [Fact]
    public void A_cut_call_that_its_server_calls_whole_runs_when_the_server_is_trusted()
    {
        var cut = Call("write_file", """{"path":"a","content":"x"}""") with { Usage = new TokenUsage(10, 0, 100) };

        Assert.Contains("append", Sort(cut, LoopDefences.All).Calls[0].Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("append", Sort(cut, LoopDefences.All with { AdvisesOnCuts = false }).Calls[0].Problem, StringComparison.Ordinal);
        Assert.Null(Sort(cut, LoopDefences.All with { DistrustsFinishReason = false }).Calls[0].Problem);
    }

    private static ChatAnswer Call(string tool, string arguments) => new() { Calls = [new RawToolCall(tool, arguments)] };

    private static SortedAnswer Sort(ChatAnswer answer, LoopDefences defences) => AnswerTriage.Sort(answer, Catalog, lastCall: 0, askedTokens: 100, defences);
}
