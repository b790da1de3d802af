using System.Text.Json.Nodes;
using Foreman.Compare.Model;

namespace Foreman.Compare.Tests.Model;

public sealed class SmallModelTests
{
    private const int Seeds = 400;

    private static readonly SmallModel Model = new(new Dictionary<string, Plan> { ["g"] = Requests.Plan });

    /// <summary>A seed whose model errs at no first try of this step, calls natively, and neither repeats calls nor forgets.</summary>
    private static int SeedWith(int step, Fault fault, bool closes = false) => Enumerable.Range(1, 100_000).First(seed =>
        Draw.Unit(seed, "g/text") >= Rates.TextRuns && Draw.Unit(seed, "g/closes") < Rates.ClosingServers == closes
        && Enumerable.Range(0, 5).All(s => Draw.Unit(seed, $"g/0/{s}/repeats") >= Rates.Repeats)
        && Faults.Of(Requests.Plan.Steps[step].Kind, Draw.Unit(seed, $"g/0/{step}/fault")) == fault);

    private static Requests AtEdit() => new Requests("g").Call("read_file", new JsonObject { ["path"] = "src/a.py" }, "def f():\n    return 1\n[total_lines: 2]");

    private static Requests AtWrite() => AtEdit().Call("str_replace", new JsonObject { ["path"] = "src/a.py", ["old_string"] = "x", ["new_string"] = "y" }, "edited src/a.py (1 replacement)");

    [Fact]
    public void The_same_request_and_seed_give_the_same_answer_in_any_order()
    {
        var seen = new[] { new Requests("g").Read(), AtEdit().Read(), AtWrite().Read(), new Requests("unknown").Read() };
        var first = (from s in seen from seed in Enumerable.Range(1, Seeds) select Model.Answer(s, seed)).ToList();

        var another = new SmallModel(new Dictionary<string, Plan> { ["g"] = Requests.Plan });
        var again = (from s in seen.Reverse() from seed in Enumerable.Range(1, Seeds).Reverse() select another.Answer(s, seed)).ToList();

        again.Reverse();
        Assert.Equal(first, again);
        Assert.True(first.Distinct().Count() > 20, "seeds must differ in what they do");
    }

    [Fact]
    public void Without_a_fault_each_step_is_done_in_order()
    {
        var seed = Enumerable.Range(1, 100_000).First(s => Draw.Unit(s, "g/text") >= Rates.TextRuns && Enumerable.Range(0, 5).All(i =>
            Draw.Unit(s, $"g/0/{i}/repeats") >= Rates.Repeats && Faults.Of(Requests.Plan.Steps[i].Kind, Draw.Unit(s, $"g/0/{i}/fault")) == Fault.None));
        var requests = new Requests("g");
        var tools = new List<string>();
        for (var turn = 0; turn < 5; turn++)
        {
            var reply = Model.Answer(requests.Read(8192), seed);
            tools.Add(reply.Call!.Value.Name);
            requests.Call(reply, reply.Call!.Value.Name == "bash" ? "ok\nexit code: 0" : "done");
        }

        Assert.Equal(["read_file", "str_replace", "write_file", "bash", "submit_result"], tools);
    }

    [Fact]
    public void Faults_come_at_their_rates()
    {
        var seen = AtEdit().Read();
        var replies = Enumerable.Range(1, 4000).Select(seed => Model.Answer(seen, seed)).ToList();

        double Share(Func<ModelReply, bool> kind) => replies.Count(kind) / (double)replies.Count;
        Assert.InRange(Share(r => r.Call is null && r.Content.StartsWith("Next I will", StringComparison.Ordinal)), Rates.Prose * 0.6, Rates.Prose * 1.4);
        Assert.InRange(Share(r => r.Reasoning.Length > 0), Rates.OnlyThinking * 0.5, Rates.OnlyThinking * 1.5);
        Assert.InRange(Share(r => r.Call is { Name: "read_file" }), Rates.Repeats * 0.4, Rates.Repeats * 1.6);
        Assert.InRange(Share(r => r.Call is null && r.Content.Contains("str_replace", StringComparison.Ordinal)), Rates.TextRuns * 0.6, (Rates.TextRuns + Rates.TextSlip) * 1.3);
    }

    [Fact]
    public void A_wrong_edit_is_made_again_unless_something_helps()
    {
        var seed = SeedWith(1, Fault.Misquote);
        var wrong = Model.Answer(AtEdit().Read(), seed);
        Assert.Equal("str_replace", wrong.Call!.Value.Name);
        Assert.Contains("return", wrong.Call!.Value.Arguments, StringComparison.Ordinal);

        var bare = Rate("error: old_string does not occur in `src/a.py`");
        var nearest = Rate("error: old_string does not occur in `src/a.py`. The nearest text there is:\n2:     return 1");
        var whole = Rate("error: old_string does not occur in `src/a.py`. That was miss 2 on this file: call write_file with its whole new content. The file now:\n1: def f():", "write_file");

        Assert.InRange(bare, Rates.MendsAlone - 0.15, Rates.MendsAlone + 0.15);
        Assert.InRange(nearest, Rates.MendsFromNearestText - 0.15, Rates.MendsFromNearestText + 0.15);
        Assert.InRange(whole, Rates.WritesWholeWhenTold - 0.15, Rates.WritesWholeWhenTold + 0.15);

        static double Rate(string result, string tool = "str_replace")
        {
            var (mended, all) = (0, 0);
            for (var s = 1; s < 3000; s++)
            {
                var first = Model.Answer(AtEdit().Read(), s);
                if (first.Call is { Name: "str_replace" } && Faults.Of(StepKind.Edit, Draw.Unit(s, "g/0/1/fault")) is Fault.Misquote)
                {
                    var next = Model.Answer(AtEdit().Call(first, result).Read(), s);
                    all++;
                    mended += next.Call is { } call && call.Name == tool && call.Arguments != first.Call!.Value.Arguments ? 1 : 0;
                }
            }

            return mended / (double)all;
        }
    }

    [Fact]
    public void An_answer_over_the_limit_is_cut_and_some_servers_hide_it()
    {
        var said = Model.Answer(AtWrite().Read(), SeedWith(2, Fault.None));
        var hidden = Model.Answer(AtWrite().Read(), SeedWith(2, Fault.None, closes: true));

        Assert.Equal(("length", 512), (said.FinishReason, said.Tokens));
        Assert.Null(Parsed(said.Call!.Value.Arguments));
        Assert.Equal(("tool_calls", 512), (hidden.FinishReason, hidden.Tokens));
        Assert.True(Parsed(hidden.Call!.Value.Arguments)!["content"]!.GetValue<string>().Length < Requests.Plan.Steps[2].Text.Length);
    }

    [Fact]
    public void Told_how_it_writes_a_long_file_in_parts_to_its_end()
    {
        const string Advice = "error: your answer was cut at the output limit of 512 tokens, so this call was not run; write the file in parts of half that size: the first with write_file, each further one with write_file and \"append\": true";
        var seed = Enumerable.Range(1, 100_000).First(s => s == SeedWithAdvice(s));
        var requests = AtWrite();
        var content = "";
        requests.Call("write_file", "{}", Advice);
        for (var part = 0; part < 10 && content.Length < Requests.Plan.Steps[2].Text.Length; part++)
        {
            var reply = Model.Answer(requests.Read(), seed);
            var arguments = Parsed(reply.Call!.Value.Arguments)!;
            content = (arguments["append"]?.GetValue<bool>() is true ? content : "") + arguments["content"]!.GetValue<string>();
            requests.Call(reply, "added");
        }

        Assert.Equal(Requests.Plan.Steps[2].Text, content);
        Assert.Equal("bash", Model.Answer(requests.Read(), seed).Call?.Name);

        static int SeedWithAdvice(int s) => Draw.Unit(s, "g/text") >= Rates.TextRuns
            && Enumerable.Range(0, 5).All(i => Draw.Unit(s, $"g/0/{i}/repeats") >= Rates.Repeats)
            && Enumerable.Range(0, 12).All(t => Draw.Unit(s, $"g/0/2/heeds/{t}") < Rates.WritesInPartsWhenTold)
            && Faults.Of(StepKind.Run, Draw.Unit(s, "g/0/3/fault")) is Fault.None ? s : 0;
    }

    [Fact]
    public void A_repeated_call_goes_on_longer_without_a_note()
    {
        const string Result = "def f():\n    return 1\n[total_lines: 2]";
        Assert.InRange(Stops(""), Rates.StopsRepeatingAlone - 0.08, Rates.StopsRepeatingAlone + 0.08);
        Assert.InRange(Stops("\n\n[loop check, same-result: read_file was called 5 times]"), Rates.StopsRepeatingWhenNudged - 0.12, Rates.StopsRepeatingWhenNudged + 0.12);

        static double Stops(string note)
        {
            var (stopped, all) = (0, 0);
            foreach (var seed in Enumerable.Range(1, 6000).Where(s => Draw.Unit(s, "g/text") >= Rates.TextRuns && Draw.Unit(s, "g/0/1/repeats") < Rates.Repeats))
            {
                var next = Model.Answer(AtEdit().Call("read_file", new JsonObject { ["path"] = "src/a.py" }, Result + note).Read(), seed);
                all++;
                stopped += next.Call is { Name: "read_file" } ? 0 : 1;
            }

            return stopped / (double)all;
        }
    }

    [Fact]
    public void A_file_whose_text_is_masked_is_mostly_read_again()
    {
        var masked = new Requests("g").Call(
            "read_file", new JsonObject { ["path"] = "src/a.py" }, "def f():\n[rest of the result of read_file left out to save room: 900 characters in all; call the tool again if it is needed]").Read();
        var seeds = Enumerable.Range(1, 2000).Where(s => Draw.Unit(s, "g/0/1/repeats") >= Rates.Repeats && Draw.Unit(s, "g/text") >= Rates.TextRuns).ToList();

        var again = seeds.Count(s => Model.Answer(masked, s).Call is { Name: "read_file" });

        Assert.InRange(again / (double)seeds.Count, Rates.ReadsAgain - 0.1, Rates.ReadsAgain + 0.1);
    }

    private static JsonObject? Parsed(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
