using System.Collections.Immutable;
using System.Text;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop;

[Trait("Kind", "9")]
public sealed class ResultRoomTests
{
    private static readonly string[] Alphabets = ["a", "a b", "0123456789abcdef", "{\"x\": [1, 2]}\n", "é", "漢字", "😀", "👩‍👩‍👧", "\ud83d", "日本語 and English\n", "\t", "\0"];

    [Fact]
    public void A_result_that_fits_is_left_as_it_is()
    {
        var text = new string('x', 3000);

        Assert.Same(text, ResultRoom.Fit(Rules(8192), State(8192, 100), Call("read_file"), text));
    }

    [Fact]
    public void A_cut_result_keeps_whole_lines_and_says_how_to_get_the_rest()
    {
        var text = string.Concat(Enumerable.Range(1, 5000).Select(i => $"line {i}\n"));

        var cut = ResultRoom.Fit(Rules(8192), State(8192, 100), Call("read_file"), text);

        var lines = cut.Split('\n');
        Assert.All(lines[..^1], (line, i) => Assert.Equal($"line {i + 1}", line));
        Assert.Contains($"{text.Length} bytes", lines[^1], StringComparison.Ordinal);
        Assert.Contains("offset", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_of_a_result_that_the_tool_had_cut_is_that_of_the_whole()
    {
        var text = new string('x', 60_000);

        Assert.Contains("the result has 60000 bytes. Read on with read_file, path \"result:1\"", ResultRoom.Fit(Rules(8192), State(8192, 100), Call("bash"), text, ("result:1", null)), StringComparison.Ordinal);
        Assert.Contains("the result has 1234567 bytes. Read on with read_file, path \"result:1\"", ResultRoom.Fit(Rules(8192), State(8192, 100), Call("bash"), text, ("result:1", 1_234_567)), StringComparison.Ordinal);
        Assert.Contains("the result has 1234567 bytes. Ask for less", ResultRoom.Fit(Rules(8192), State(8192, 100), Call("bash"), text, (null, 1_234_567)), StringComparison.Ordinal);
    }

    [Fact]
    public void Old_results_make_room_before_a_new_one_is_cut()
    {
        var old = new HistoryItem(ChatMessage.Tool("000000001", new string('x', 15_000)), 1, "read_file");
        var state = State(8192, 100) with { Turn = 9 };
        var text = new string('x', 9_000);

        Assert.Same(text, ResultRoom.Fit(Rules(8192), state with { History = state.History.Add(old) }, Call("read_file"), text));
        Assert.NotSame(text, ResultRoom.Fit(Rules(8192), state with { History = state.History.Add(old with { Turn = 9 }) }, Call("read_file"), text));
    }

    [Fact]
    public void Calls_that_wait_keep_their_share()
    {
        var waiting = new PendingCall(new ToolCall("000000002", "read_file", "{}"), null);
        var state = State(8192, 100);
        var alone = ResultRoom.Tokens(Rules(8192), state, state.History);
        var shared = ResultRoom.Tokens(Rules(8192), state with { Pending = [waiting, waiting, waiting] }, state.History);

        Assert.Equal(alone / 4, shared);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_result_is_larger_than_what_the_window_has_left_whatever_it_is_made_of(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 400; i++)
        {
            var window = random.Next(512, 40_000);
            var state = State(window, random.Next(0, window * 4));
            var text = Text(random, random.Next(0, 60_000));
            var tool = random.GetItems(["read_file", "grep", "list_files", "write_file"], 1)[0];

            var fitted = ResultRoom.Fit(Rules(window), state, Call(tool), text);

            var room = ResultRoom.Tokens(Rules(window), state, state.History);
            Assert.True(TokenCost.Of(fitted) <= room, $"{TokenCost.Of(fitted)} tokens of {room}, window {window}");
            Assert.True(room == ResultRoom.MinTokens || room <= window);
            Assert.True(fitted == text || fitted.EndsWith(']'));
            Assert.True(TokenCost.Of(text) > room || fitted == text);
            Assert.True(fitted.EnumerateRunes().Count(r => r == Rune.ReplacementChar) <= text.EnumerateRunes().Count(r => r == Rune.ReplacementChar));
        }
    }

    [Fact]
    public void Whole_runs_never_ask_for_more_than_the_window()
    {
        // The tokenizer of this server gives each character of CJK and each emoji a token and a half.
        static long Count(IEnumerable<ChatMessage> messages) => messages.Sum(m => (long)TokenCost.Of(m.Content) + m.Calls?.Sum(c => TokenCost.Of(c.Arguments)) ?? 0);
        const int Window = 6000;
        var rules = Rules(Window);
        foreach (var piece in Alphabets)
        {
            var step = LoopMachine.Start(rules, "system", "prompt");
            for (var turn = 0; turn < 12 && step.State.Outcome is null; turn++)
            {
                var ask = step.Effects.OfType<LoopEffect.Ask>().Single().Request;
                var prompt = Count(ask.Messages) + rules.ToolCost;
                Assert.True(prompt + LoopRules.MinOutputTokens <= Window, $"{piece}: prompt of {prompt} tokens in turn {turn}");
                step = LoopMachine.Next(rules, step.State, new LoopEvent.Answered(new ChatAnswer
                {
                    Calls = [new RawToolCall("read_file", $$"""{"path":"{{turn}}"}"""), new RawToolCall("grep", $$"""{"pattern":"{{turn}}"}""")],
                    Usage = new TokenUsage(prompt, 0, 10),
                }));
                while (step.Effects.OfType<LoopEffect.Run>().SingleOrDefault() is { } run)
                {
                    step = LoopMachine.Next(rules, step.State, new LoopEvent.ToolRan(run.Call, new ToolOutcome(string.Concat(Enumerable.Repeat(piece, 30_000 / piece.Length)))));
                }
            }

            Assert.Null(step.State.Outcome);
        }
    }

    private static ToolCall Call(string tool) => new("000000001", tool, "{}");

    private static string Text(Random random, int length)
    {
        var text = new StringBuilder(length);
        var piece = "";
        while (text.Length < length)
        {
            piece = random.Next(8) == 0 || piece.Length == 0 ? random.GetItems(Alphabets, 1)[0] : piece;
            text.Append(piece);
        }

        return text.ToString();
    }

    private static LoopRules Rules(int window) =>
        LoopGiven.Rules(LoopGiven.Settings(window) with { RepeatedToolThreshold = 0, EditFreeTurnsLimit = 0, ContextHardCap = 0 });

    private static LoopState State(int window, int promptBytes) => new()
    {
        ContextTokens = window,
        History = ImmutableList.Create(new HistoryItem(ChatMessage.User(new string('p', promptBytes)), 0)),
    };
}
