using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Settings;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop;

/// <summary>The transcript is the state: random runs, replayed at every prefix of their records.</summary>
public sealed class TranscriptReplayTests
{
    private static readonly EffectiveSettings Settings = LoopGiven.Settings(12000);

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Members = new();

    private static readonly EqualityComparer<object?> Sameness = EqualityComparer<object?>.Create(AreSame);

    [Fact]
    public void At_every_record_a_replay_gives_the_state_and_the_next_step_of_the_run()
    {
        var (compactions, refusals, submissions, counts, prefixes) = (0, 0, 0, 0, 0);
        for (var seed = 0; seed < 300; seed++)
        {
            var run = new RandomRun(seed);
            run.Go();
            prefixes += CheckPrefixes(run, seed);
            compactions += run.Records.OfType<HistoryCompacted>().Count();
            counts += run.Records.OfType<PromptCounted>().Count();
            refusals += run.Records.OfType<PromptRefused>().Count();
            submissions += run.Records.OfType<ToolReturned>().Count(r => r.Submission is not null);
        }

        // What the runs are for did happen in them.
        Assert.True(compactions > 50 && refusals > 50 && submissions > 20 && counts > 20 && prefixes > 5000, $"{compactions} {refusals} {submissions} {counts} {prefixes}");
    }

    [Fact]
    public void A_crash_between_any_two_effects_loses_no_refusal()
    {
        var (cuts, refusals) = (0, 0);
        for (var seed = 0; seed < 15; seed++)
        {
            var run = new RandomRun(seed, rounds: 2);
            run.Go();
            var refused = run.Effects.OfType<LoopEffect.Refuse>().Select(r => r.Call.Id).ToHashSet(StringComparer.Ordinal);
            refusals += refused.Count;
            var (records, told, state) = (new List<TranscriptRecord>(), new HashSet<string>(StringComparer.Ordinal), TranscriptReplay.Begin(run.Rules));
            foreach (var (index, effect) in run.Effects.Index())
            {
                if (effect is LoopEffect.Append append)
                {
                    records.Add(append.Record);
                    state = TranscriptReplay.Apply(run.Rules, state, append.Record);
                }

                if (effect is LoopEffect.Refuse refusal)
                {
                    told.Add(refusal.Call.Id);
                }

                // Elsewhere a cut parts nothing that belongs together.
                if (index == 0 || effect is not (LoopEffect.Refuse or LoopEffect.Append { Record: ToolReturned }))
                {
                    continue;
                }

                var after = LoopMachine.Resume(run.Rules, state).Effects;
                var toldAtLast = told.Concat(after.OfType<LoopEffect.Refuse>().Select(r => r.Call.Id)).ToHashSet(StringComparer.Ordinal);
                var answered = records.Concat(after.OfType<LoopEffect.Append>().Select(a => a.Record)).OfType<ToolReturned>().Select(r => r.CallId).Where(refused.Contains);
                Assert.All(answered, id => Assert.True(toldAtLast.Contains(id), $"seed {seed}, cut after effect {index + 1}: call {id} is answered and was never told"));
                cuts++;
            }
        }

        Assert.True(cuts > 200 && refusals > 20, $"{cuts} {refusals}");
    }

    [Fact]
    public void A_call_that_was_begun_and_not_finished_is_reported_and_not_run_again()
    {
        var rules = LoopGiven.Rules(Settings);
        var step = LoopMachine.Next(rules, LoopMachine.Start(rules, "s", "p").State, LoopGiven.Call("write_file", """{"path":"a","content":"b"}"""));
        var answer = step.Effects.OfType<LoopEffect.Append>().Single().Record;
        TranscriptRecord[] records =
        [
            new MessageSent { Role = "system", Content = "s" }, new MessageSent { Role = "user", Content = "p" }, answer,
            new ToolIntended { Turn = 1, CallId = "000000001", Tool = "write_file" },
        ];

        var resumed = LoopMachine.Resume(rules, TranscriptReplay.Of(rules, records));

        var told = Assert.IsType<ToolReturned>(resumed.Effects.OfType<LoopEffect.Append>().First().Record);
        Assert.Equal(("000000001", true), (told.CallId, told.Failed));
        Assert.Contains("was interrupted", told.Content, StringComparison.Ordinal);
        Assert.Empty(resumed.Effects.OfType<LoopEffect.Run>());
        Assert.Single(resumed.Effects.OfType<LoopEffect.Ask>());
    }

    [Fact]
    public void A_call_that_only_reads_is_run_again()
    {
        var rules = LoopGiven.Rules(Settings);
        var step = LoopMachine.Next(rules, LoopMachine.Start(rules, "s", "p").State, LoopGiven.Call("read_file", """{"path":"a"}"""));
        TranscriptRecord[] records =
        [
            new MessageSent { Role = "system", Content = "s" }, new MessageSent { Role = "user", Content = "p" },
            step.Effects.OfType<LoopEffect.Append>().Single().Record,
        ];

        Assert.Equal("read_file", LoopMachine.Resume(rules, TranscriptReplay.Of(rules, records)).Effects.OfType<LoopEffect.Run>().Single().Call.Name);
    }

    [Fact]
    public void A_transcript_of_an_earlier_release_is_replayed_by_what_it_has()
    {
        const string Old = """
            {"type":"start","format":1,"taskUid":"u","attempt":1}
            {"type":"message","turn":0,"role":"system","content":"s"}
            {"type":"message","turn":0,"role":"user","content":"p"}
            {"type":"answer","turn":0,"toolCalls":[{"id":"000000001","name":"write_file","arguments":"{}"}],"usage":{"promptTokens":100,"completionTokens":10,"turns":1}}
            {"type":"intent","turn":1,"callId":"000000001","tool":"write_file"}
            {"type":"result","turn":1,"callId":"000000001","tool":"write_file","content":"wrote","effects":[{"path":"a","shaAfter":"00","content":"é"}]}
            """;
        var state = TranscriptReplay.Of(LoopGiven.Rules(Settings), Old.Split('\n').Select(l => TranscriptLine.Read(Encoding.UTF8.GetBytes(l.Trim()))!));

        Assert.Equal((1, 110, 4, 2), (state.Turn, state.Used.TotalTokens, state.History.Count, state.Files["a"].Bytes));
        Assert.Equal(100, state.Gauge.Tokens);
    }

    [Fact]
    public void Calls_that_changed_files_are_counted_over_all_attempts()
    {
        TranscriptRecord[] records =
        [
            new MessageSent { Role = "user", Content = "p" },
            new ToolReturned { Turn = 1, CallId = "1", Tool = "write_file", Content = "wrote", Effects = [new() { Path = "a", ShaAfter = "00", Content = "x" }, new() { Path = "b", ShaAfter = "00", Content = "x" }] },
            new ToolReturned { Turn = 1, CallId = "2", Tool = "read_file", Content = "x" },
            new RunResumed { Turn = 1, Attempt = 1 },
            new ToolReturned { Turn = 2, CallId = "3", Tool = "bash", Content = "much", EffectsIncomplete = true },
        ];

        Assert.Equal(2, LoopMachine.Progress(TranscriptReplay.Of(LoopGiven.Rules(Settings), records)).Edits);
    }

    [Fact]
    public void What_is_taken_over_counts_to_the_attempt_before()
    {
        var rules = LoopGiven.Rules(Settings);
        TranscriptRecord[] records =
        [
            new MessageSent { Role = "user", Content = "p" },
            new ModelAnswered { Content = "hm", Unusable = "NoCall", Usage = new Usage { PromptTokens = 70, CompletionTokens = 7 } },
            new RunResumed { Turn = 1, Attempt = 1 },
        ];

        var progress = LoopMachine.Progress(TranscriptReplay.Of(rules, records));

        Assert.Equal((1, 0, 0), (progress.Turn, progress.PromptTokens, progress.CompletionTokens));
    }

    private static int CheckPrefixes(RandomRun run, int seed)
    {
        var checkedPrefixes = 0;
        string[] lines = [.. run.Records.Select(Line)];
        var state = TranscriptReplay.Begin(run.Rules);
        for (var length = 1; length <= run.Records.Count; length++)
        {
            // A replay of the prefix is this, record by record; of the whole transcript it is looked at in the end.
            state = TranscriptReplay.Apply(run.Rules, state, run.Records[length - 1]);
            var boundary = run.Boundaries.FindIndex(b => b.Records >= length);
            if (length < 2 || boundary < 0 || run.Records[length - 1] is ToolIntended)
            {
                continue;
            }

            var (after, expected) = run.Boundaries[boundary];
            var place = $"seed {seed}, after record {length} ({run.Records[length - 1].GetType().Name})";
            var step = LoopMachine.Resume(run.Rules, state);
            Assert.True(
                step.Effects.OfType<LoopEffect.Append>().Select(a => Line(a.Record)).SequenceEqual(lines[length..after]), $"{place}: the next records differ");

            // A refusal whose answer is stored was told before.
            var refused = step.Effects.OfType<LoopEffect.Refuse>().Select(r => r.Call.Id).ToList();
            Assert.Empty(refused.Intersect(run.Records.Take(length).OfType<ToolReturned>().Select(r => r.CallId)));
            Assert.All(step.Effects.OfType<LoopEffect.Append>().Select(a => a.Record).OfType<ToolReturned>(), r => Assert.Contains(r.CallId, refused));
            AssertSame(expected, step.State, place);
            checkedPrefixes++;
        }

        AssertSame(state, TranscriptReplay.Of(run.Rules, run.Records), $"seed {seed}, all at once");
        return checkedPrefixes;
    }

    private static void AssertSame(LoopState expected, LoopState state, string place)
    {
        if (!AreSame(expected, state))
        {
            Assert.Fail($"{place}:\n{Text(expected)}\nbut replayed\n{Text(state)}");
        }
    }

    private static string Line(TranscriptRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>();
        TranscriptLine.Write(record, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Everything in a state, whatever members it gets.</summary>
    private static string Text(object? value) => value switch
    {
        null => "null",
        string s => JsonSerializer.Serialize(s),
        JsonElement e => e.GetRawText(),
        bool b => b ? "true" : "false",
        ITuple t => $"({string.Join(',', Enumerable.Range(0, t.Length).Select(i => Text(t[i])))})",
        Enum or ValueType and IFormattable => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        IDictionary d => $"{{{string.Join(',', d.Keys.Cast<object>().Select(k => $"{Text(k)}:{Text(d[k])}").Order(StringComparer.Ordinal))}}}",
        IEnumerable e => $"[{string.Join(',', e.Cast<object>().Select(Text))}]",
        _ => $"{{{string.Join(',', MembersOf(value.GetType()).Select(p => $"\n{p.Name}:{Text(p.GetValue(value))}"))}}}",
    };

    /// <summary>True when all that <see cref="Text"/> shows is the same, without writing it down.</summary>
    private static bool AreSame(object? one, object? other) => ReferenceEquals(one, other) || (one, other) switch
    {
        (null, _) or (_, null) => false,
        (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
        (JsonElement a, JsonElement b) => a.GetRawText() == b.GetRawText(),
        (ITuple a, ITuple b) => a.Length == b.Length && Enumerable.Range(0, a.Length).All(i => AreSame(a[i], b[i])),
        (bool or Enum or (ValueType and IFormattable), _) => one.Equals(other),
        (IDictionary a, IDictionary b) => a.Count == b.Count && a.Keys.Cast<object>().All(k => b.Contains(k) && AreSame(a[k], b[k])),
        (IEnumerable a, IEnumerable b) => a.Cast<object?>().SequenceEqual(b.Cast<object?>(), Sameness),
        _ => one.GetType() == other.GetType() && MembersOf(one.GetType()).All(p => AreSame(p.GetValue(one), p.GetValue(other))),
    };

    private static PropertyInfo[] MembersOf(Type type) => Members.GetOrAdd(type, static t =>
    [
        .. t.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(p => p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract").OrderBy(p => p.Name, StringComparer.Ordinal),
    ]);

    /// <summary>A run whose model, tools and server do what a seed says, and its state after each step.</summary>
    private sealed class RandomRun(int seed, int? rounds = null)
    {
        private readonly Random _random = new(seed);
        private LoopStep _step = null!;

        internal LoopRules Rules { get; } = LoopGiven.Rules(Settings with
        {
            ContextSoftCap = 2500,
            ContextTokens = seed % 3 == 0 ? 4000 : 12000,
            RepeatedToolThreshold = 4,
            EditFreeTurnsLimit = seed % 2 == 0 ? 12 : 0,
            MaxTurns = 25,
            MaxTotalTokens = seed % 4 == 2 ? 15_000 : null,
        }) with
        {
            ResultRounds = rounds,
            CountsTokens = seed % 2 == 1,
            Mode = (RequestMode)(seed % 3),
        };

        internal List<TranscriptRecord> Records { get; } = [];

        /// <summary>All that was done, in order.</summary>
        internal List<LoopEffect> Effects { get; } = [];

        internal List<(int Records, LoopState State)> Boundaries { get; } = [];

        internal void Go()
        {
            Take(LoopMachine.Start(Rules, "system", new string('p', _random.Next(1, 400))));
            while (_step.State.Outcome is null)
            {
                var happened = _step.Effects[^1] switch
                {
                    LoopEffect.Run run => Ran(run),
                    LoopEffect.Check => new LoopEvent.Checked(_random.Next(3) == 0 ? null : "tests fail"),
                    LoopEffect.Count => new LoopEvent.Counted(_random.Next(4) == 0 ? null : _random.Next(1500, 4000)),
                    _ => Answered(),
                };
                var next = LoopMachine.Next(Rules, _step.State, happened);
                if (happened is LoopEvent.Unanswered && next.State.Outcome is not null)
                {
                    // An end that is no consequence of the records is not replayed.
                    return;
                }

                Take(next);
            }
        }

        private void Take(LoopStep step)
        {
            _step = step;
            Effects.AddRange(step.Effects);

            // As they are read back.
            Records.AddRange(step.Effects.OfType<LoopEffect.Append>().Select(a => TranscriptLine.Read(Encoding.UTF8.GetBytes(Line(a.Record).TrimEnd('\n')))!));
            Boundaries.Add((Records.Count, step.State));
        }

        private LoopEvent.ToolRan Ran(LoopEffect.Run run)
        {
            var isWrite = run.Call.Name is "write_file" or "str_replace";
            if (isWrite)
            {
                var intent = new ToolIntended { Turn = run.Turn, CallId = run.Call.Id, Tool = run.Call.Name };
                Records.Add(intent);
                Effects.Add(new LoopEffect.Append(intent));
            }

            var text = new string('x', _random.Next(1, _random.Next(4) == 0 ? 9000 : 300));
            if (run.Call.Name == "submit_result")
            {
                return new LoopEvent.ToolRan(run.Call, _random.Next(2) == 0
                    ? ToolOutcome.Error("verdict is missing")
                    : new ToolOutcome("result accepted") { Submission = new Submission("GO", "done", "Add it", JsonElement.Parse("""{"a":[1,2]}""")) });
            }

            var bytes = _random.Next(3) == 0 ? new byte[] { 0, 255, (byte)_random.Next(256) } : Encoding.UTF8.GetBytes($"é{_random.Next(100)}");
            return new LoopEvent.ToolRan(run.Call, isWrite && _random.Next(3) > 0
                ? new ToolOutcome(text) { Changes = [new FileChange($"f{_random.Next(4)}", null, $"{_random.Next(1000)}", bytes)] }
                : new ToolOutcome(text) { IsError = _random.Next(2) == 0 });
        }

        private LoopEvent Answered()
        {
            var usage = new TokenUsage(_random.Next(4) == 0 ? 0 : _random.Next(100, 3000), _random.Next(50), _random.Next(1, 60));
            var timings = _random.Next(2) == 0 ? new ServerTimings(_random.NextDouble() * 900, 12.5, 3, 4, 5) : null;
            return _random.Next(14) switch
            {
                0 => new LoopEvent.Answered(new ChatAnswer { Content = "I think", Usage = usage, Timings = timings }),
                1 => new LoopEvent.Answered(new ChatAnswer { Reasoning = "hm", Usage = usage }),
                2 => new LoopEvent.Answered(new ChatAnswer { Content = "cut", FinishReason = "length", Usage = usage }),
                3 => new LoopEvent.Answered(new ChatAnswer { FinishReason = "length", Usage = usage, Calls = [new RawToolCall("write_file", "{\"path\":\"a")] }),
                4 or 5 => new LoopEvent.Unanswered(new ModelFailure(ModelFailureKind.ContextOverflow, "too long")
                {
                    PromptTokens = _random.Next(2) == 0 ? null : _random.Next(500, 3000),
                    ContextTokens = _random.Next(3) == 0 ? null : _random.Next(3000, 9000),
                    PromptIsAtLeast = _random.Next(3) == 0,
                }),
                _ => new LoopEvent.Answered(new ChatAnswer { Content = _random.Next(2) == 0 ? "" : "now", Usage = usage, Timings = timings, Calls = [.. Calls()] }),
            };
        }

        private IEnumerable<RawToolCall> Calls()
        {
            for (var i = _random.Next(1, 4); i > 0; i--)
            {
                yield return _random.Next(12) switch
                {
                    0 => new RawToolCall("launch_rocket", "{}"),
                    1 => new RawToolCall("write_file", "{broken"),
                    2 => new RawToolCall("submit_result", """{"verdict":"GO","summary":"s","commit_message":"m"}"""),
                    < 7 => new RawToolCall("read_file", $$"""{"path":"f{{_random.Next(4)}}"}"""),
                    _ => new RawToolCall("write_file", $$"""{"path":"f{{_random.Next(4)}}","content":"{{_random.Next(9)}}"}"""),
                };
            }
        }
    }
}
