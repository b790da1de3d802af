using System.Collections.Immutable;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Loop.Stuck;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop.Stuck;

/// <summary>The detectors over whole runs: the table stands in <see cref="StuckRuns"/>.</summary>
public sealed class StuckFoldTests
{
    public static TheoryData<string> Productive => [.. StuckRuns.All.Where(r => r.Expected == "productive").Select(r => r.Name)];

    public static TheoryData<string> Stuck => [.. StuckRuns.All.Where(r => r.Expected != "productive").Select(r => r.Name)];

    [Fact]
    public void The_table_has_at_least_40_runs_and_every_detector_but_the_caps()
    {
        Assert.True(StuckRuns.All.Count >= 40, $"{StuckRuns.All.Count} runs");
        Assert.Equal(
            Detectors.All.Where(d => d is not Detector.ContextGrowth).Select(d => d.Name()).Order(),
            StuckRuns.All.Select(r => r.Expected).Where(e => e != "productive").Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Productive))]
    public void A_productive_run_is_never_stopped(string name)
    {
        var seen = Play(Row(name));

        Assert.Null(seen.End);
        Assert.Equal(Row(name).Turns.Count, seen.Turns);
        Assert.Empty(seen.Refused);
    }

    [Theory]
    [MemberData(nameof(Stuck))]
    public void A_stuck_run_is_told_then_restricted_then_ended_in_time(string name)
    {
        var row = Row(name);
        var seen = Play(row);

        Assert.Equal(row.Expected, seen.End?.Detector.Name());
        var threshold = row.Expected == "edit-free" ? Rules(row).Settings.EditFreeTurnsLimit : Rules(row).Settings.RepeatedToolThreshold;
        Assert.InRange(seen.Turns - row.StuckFrom, 1, (2 * threshold) + 3);
        if (row.Turns[^1].Calls.Count > 0)
        {
            Assert.NotEmpty(seen.Told);
            Assert.NotEmpty(seen.Refused);
        }
    }

    [Theory]
    [MemberData(nameof(Stuck))]
    public void The_same_records_give_the_same_state(string name)
    {
        var rules = Rules(Row(name));
        var seen = Play(Row(name));

        var again = seen.Records.Aggregate(StuckState.Empty, (s, r) => StuckFold.Apply(rules, s, r));

        Assert.Equal(StuckJudge.End(rules, seen.State), StuckJudge.End(rules, again));
        Assert.Equal(
            (seen.State.EditFree, seen.State.Monologue, seen.State.NoChange, seen.State.Alternating, seen.State.LastError, seen.State.Last),
            (again.EditFree, again.Monologue, again.NoChange, again.Alternating, again.LastError, again.Last));
        Assert.Equal(seen.State.Calls.OrderBy(c => c.Key), again.Calls.OrderBy(c => c.Key));
        Assert.Equal(seen.State.Told.Order(), again.Told.Order());
    }

    [Fact]
    public void A_nudge_says_what_was_seen_and_stands_at_the_end_of_the_result()
    {
        var seen = Play(Row("the same read again and again"));

        Assert.Equal(
            "int main\n\n[loop check, same-result: read_file was called 5 times with the same arguments, its result was the same each time, and no file has changed in between (repeatedToolThreshold). "
            + "Do something else: use what you know to edit a file, read another one, or call submit_result]",
            seen.Records.OfType<ToolReturned>().First(r => r.Content.Contains("loop check", StringComparison.Ordinal)).Content);
        Assert.Equal(1, seen.Records.OfType<ToolReturned>().Count(r => r.Content.Contains("loop check", StringComparison.Ordinal)));
        Assert.Equal(10, seen.Turns);
    }

    [Theory]
    [InlineData(0, "none")]
    [InlineData(8000, "told")]
    [InlineData(9000, "refused")]
    public void A_prompt_between_the_caps_is_told_and_then_keeps_to_edits(long prompt, string expected)
    {
        var rules = Rules(new StuckRun("", "", new Dictionary<string, int> { ["soft"] = 8000, ["hard"] = 10000 }, [], 0));
        var turns = Enumerable.Range(0, 4).Select(i => new RunTurn("", [new RunCall("grep", $$"""{"pattern":"{{i}}"}""", $"a:{i}", false, null, "")], prompt)).ToList();
        var seen = Play(rules, turns);

        Assert.Equal((expected == "told", expected == "refused"), (seen.Told.Contains(Detector.ContextGrowth), seen.Refused.Contains("grep")));
    }

    [Theory]
    [InlineData(false, "read_file", false)]
    [InlineData(true, "read_file", true)]
    [InlineData(false, "grep", true)]
    [InlineData(false, "write_file", false)]
    public void An_edit_free_run_keeps_files_readable_unless_its_profile_restricts_reads(bool restrict, string tool, bool refused)
    {
        var rules = Rules(Row("searches that find nothing"));
        rules = rules with { Settings = rules.Settings with { RestrictReads = restrict } };
        var seen = Play(rules, [.. Row("searches that find nothing").Turns.Take(24)]);

        Assert.Equal(refused, StuckJudge.Refusal(rules, seen.State, new ToolCall("x", tool, """{"path":"new"}""")) is { Detector: Detector.EditFree });
        Assert.Null(StuckJudge.Refusal(rules, seen.State, new ToolCall("x", "submit_result", "{}")));
    }

    private static StuckRun Row(string name) => StuckRuns.All.Single(r => r.Name == name);

    private static LoopRules Rules(StuckRun row) => LoopGiven.Rules(LoopGiven.Settings(200_000) with
    {
        RepeatedToolThreshold = row.Settings.GetValueOrDefault("T", 5),
        EditFreeTurnsLimit = row.Settings.GetValueOrDefault("L", 15),
        FinishAtTokens = row.Settings.GetValueOrDefault("soft", 90_000),
        ContextHardCap = row.Settings.GetValueOrDefault("hard", 140_000),
    });

    private static Played Play(StuckRun row) => Play(Rules(row), row.Turns);

    private static Played Play(LoopRules rules, IReadOnlyList<RunTurn> turns)
    {
        var played = new Played();
        var files = new Dictionary<string, string>();
        foreach (var (number, turn) in turns.Index())
        {
            var calls = turn.Calls.Select((c, i) => new ToolCall($"{number:D6}{i:D3}", c.Tool, c.Arguments)).ToArray();
            played.Add(rules, new ModelAnswered
            {
                Turn = number,
                Content = turn.Words.Length == 0 ? null : turn.Words,
                ToolCalls = calls.Length == 0 ? null : calls,
                Usage = new Usage { PromptTokens = turn.Prompt },
            });
            foreach (var (index, call) in calls.Index())
            {
                var (scripted, refusal) = (turn.Calls[index], StuckJudge.Refusal(rules, played.State, call));
                played.Refused.AddRange(refusal is null ? [] : [call.Name]);
                var before = scripted.Path is null ? null : files.GetValueOrDefault(scripted.Path);
                var result = new ToolReturned
                {
                    Turn = number + 1,
                    CallId = call.Id,
                    Tool = call.Name,
                    Content = refusal is null ? scripted.Result : ToolOutcome.Error(refusal.Text).Text,
                    Failed = refusal is not null || scripted.Failed,
                    Effects = refusal is not null || scripted.Path is null ? null : [new FileEffect { Path = scripted.Path, ShaBefore = before, ShaAfter = scripted.Content }],
                };
                if (result.Effects is not null)
                {
                    files[scripted.Path!] = scripted.Content;
                }

                played.Add(rules, StuckWatch.Noted(rules, played.State, call, result, index == calls.Length - 1));
            }

            played.Turns++;
            if (StuckJudge.End(rules, played.State) is { } end)
            {
                played.End = end;
                break;
            }
        }

        return played;
    }

    /// <summary>What came of a run.</summary>
    private sealed class Played
    {
        internal StuckState State { get; private set; } = StuckState.Empty;

        internal List<TranscriptRecord> Records { get; } = [];

        internal List<string> Refused { get; } = [];

        internal HashSet<Detector> Told { get; } = [];

        internal int Turns { get; set; }

        internal StuckFinding? End { get; set; }

        internal void Add(LoopRules rules, TranscriptRecord record)
        {
            Records.Add(record);
            State = StuckFold.Apply(rules, State, record);
            Told.UnionWith(State.Told);
        }
    }
}
