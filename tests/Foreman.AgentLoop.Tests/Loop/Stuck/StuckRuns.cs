using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.AgentLoop.Tests.Loop.Stuck;

/// <summary>
/// Runs in the shape of recorded ones. A row begins with <c>== name | productive</c> or <c>== name | DETECTOR</c> and settings where
/// they matter. A line is a turn: <c>tool key=value => result ~path:content</c>, <c>=!</c> for an error, <c>bash $ command</c>,
/// <c>say words</c> for an answer without a call, <c>"words"</c> before calls, <c>&amp;&amp;</c> between calls, <c>@n</c> for the tokens of
/// the prompt, <c>xN</c> for N turns with their number as <c>{i}</c>, <c>xN {</c> to <c>}</c> for several lines. After <c>-- stuck</c> the
/// run gets nowhere.
/// </summary>
internal static class StuckRuns
{
    internal const string Table = """
        == long greps through many files | productive
        x60 grep pattern=handler{i} => src/a{i}.c:{i}:int handler{i}(void)
        == reading a large file in pages | productive
        x45 read_file path=big.log offset={i}00 limit=100 => page {i} of the log
        == reading many files | productive
        list_files => a/\nb/\nc/
        x48 read_file path=src/f{i}.py => def f{i}(): pass
        == edit and test with the same command and other output | productive
        x24 {
        str_replace path=a.py old_string=o{i} new_string=n{i} => edited ~a.py:v{i}
        bash $ pytest -q =! {i} failed, 3 passed in 0.{i}s
        }
        == edit and test with the same output each time | productive
        x20 {
        str_replace path=a.py old_string=o{i} new_string=n{i} => edited ~a.py:v{i}
        bash $ pytest -q =! 1 failed in 0.5s: test_x
        }
        == polling a build | productive
        bash $ make -j4 >build.log 2>&1 & => started
        x40 bash $ tail -1 build.log => [{i}%] Building object {i}.o
        == polling a server that comes up at last | productive
        x7 bash $ curl -s localhost:8080/healthz =! curl: (7) Failed to connect
        bash $ curl -s localhost:8080/healthz => ok
        submit_result verdict=GO => done
        == the same file read before each of its edits | productive
        x20 {
        read_file path=a.c => text {i} of a.c
        str_replace path=a.c old_string=x{i} new_string=y{i} => edited ~a.c:w{i}
        }
        == an unchanged file read before edits of another | productive
        x25 {
        read_file path=spec.md => the spec
        write_file path=out{i}.txt content=c{i} => wrote ~out{i}.txt:c{i}
        }
        == listing again between reads of new files | productive
        x20 {
        list_files path=src => a.c b.c
        read_file path=src/n{i}.c => int n{i};
        }
        == a test is run, an edit put back, the test run again | productive
        bash $ go test ./... =! FAIL x
        str_replace path=a.go old_string=a new_string=b => edited ~a.go:b
        bash $ go test ./... =! FAIL y
        str_replace path=a.go old_string=b new_string=a => edited ~a.go:a
        bash $ go test ./... =! FAIL x
        str_replace path=a.go old_string=a new_string=c => edited ~a.go:c
        bash $ go test ./... => ok
        submit_result verdict=GO => done
        == edits that miss, each another one | productive
        x4 str_replace path=a.py old_string=q{i} new_string=z =! error: old_string does not occur in `a.py`. The nearest text there is: {i}
        write_file path=a.py content=whole => wrote ~a.py:whole
        x20 read_file path=t{i}.py => test {i}
        == the model says the same with each of many different calls | productive
        x30 "Now I will look at the next file of the project." read_file path=p{i} => content {i}
        == shell edits whose effects are known | productive
        x30 {
        bash $ sed -i s/a{i}/b{i}/ main.c => ~main.c:s{i}
        bash $ gcc main.c =! error: main.c:1
        }
        == shell writes whose effects are not known | productive
        x30 bash $ echo line{i} >> notes.txt =>
        == several calls a turn, one of them new | productive
        x30 list_files => a b c && read_file path=x{i} => text {i}
        == bisecting commits | productive
        x25 bash $ git bisect good => Bisecting: {i} revisions left [c0ffee{i}]
        == a few repeats, then the task goes on | productive
        x4 read_file path=a => same
        x20 write_file path=w{i} content={i} => wrote ~w{i}:{i}
        == an alternation that ends below its threshold | productive
        read_file path=a => A
        read_file path=b => B
        read_file path=a => A
        read_file path=b => B
        x20 write_file path=w{i} content={i} => wrote ~w{i}:{i}
        == greps without matches, then edits | productive
        x12 grep pattern=no{i} => no matches for no{i}
        x10 write_file path=w{i} content={i} => wrote ~w{i}:{i}
        == one write that changes nothing among others | productive
        x20 {
        write_file path=w{i} content={i} => wrote ~w{i}:{i}
        write_file path=w{i} content={i} => no change: w{i} already has exactly this content
        }
        == errors of different kinds | productive
        x3 read_file path=here =! error: `here` does not exist
        x3 read_file path=there =! error: `there` does not exist
        x3 read_file path=src =! error: `src` is a directory
        x20 read_file path=there{i} => text {i}
        == all detectors off | productive | T=0 L=0
        x60 read_file path=a => same
        == only edit-free off, new reads | productive | L=0
        x60 read_file path=a{i} => other {i}
        == compaction keeps a long run below its caps | productive | soft=8000 hard=10000
        x20 @7900 write_file path=w{i} content={i} => wrote ~w{i}:{i}
        == a prompt once over the soft cap | productive | soft=8000 hard=10000
        @8100 read_file path=a => A
        x20 @5000 write_file path=w{i} content={i} => wrote ~w{i}:{i}

        == the same read again and again | same-result
        -- stuck
        x40 read_file path=a.c => int main
        == the same listing after good work | same-result
        x10 write_file path=w{i} content={i} => wrote ~w{i}:{i}
        -- stuck
        x40 list_files => a b c
        == the same call with its arguments in another order | same-result
        -- stuck
        x20 {
        grep pattern=x path=src => src/a:1:x
        grep path=src pattern=x => src/a:1:x
        }
        == the same tests without an edit, only their time differs | same-result
        -- stuck
        x40 bash $ pytest -q => 3 passed in 0.{i}s
        == many of the same call in one answer | same-result
        -- stuck
        x20 list_files => a && list_files => a && list_files => a && list_files => a
        == a read is repeated and nothing else, low threshold | same-result | T=2
        -- stuck
        x20 read_file path=a => same
        == threshold of one | same-result | T=1
        -- stuck
        x20 read_file path=a => same
        == high threshold | same-result | T=20 L=100
        -- stuck
        x90 read_file path=a => same
        == the same call fails the same way | same-error
        -- stuck
        x40 read_file path=nowhere =! error: `nowhere` does not exist
        == a tool that does not exist | same-error
        -- stuck
        x40 launch_rocket speed={i} =! error: there is no tool `launch_rocket`; there are read_file, write_file
        == arguments change and the error does not | same-error
        read_file path=a => A
        -- stuck
        x40 str_replace path=a.py old_string=t{i} new_string=x =! error: old_string does not occur in `a.py`, which is empty
        == a command that is not installed | same-error
        -- stuck
        x40 bash $ cargo test =! sh: cargo: not found
        == a miss counter in the error | same-error
        -- stuck
        x40 str_replace path=a old_string=o new_string=n =! error: old_string does not occur. That was miss {i} on this file
        == two reads in turn | alternation
        -- stuck
        x20 {
        read_file path=a => A
        read_file path=b => B
        }
        == a failing and a good call in turn | alternation
        -- stuck
        x20 {
        bash $ make =! error: a.c:1
        read_file path=a.c => int
        }
        == two calls in turn after work, low threshold | alternation | T=3
        x5 write_file path=w{i} content={i} => wrote ~w{i}:{i}
        -- stuck
        x20 {
        list_files => a b
        grep pattern=z => no matches for z
        }
        == answers without a call | monologue
        -- stuck
        x40 say I think the problem is in the parser, step {i}.
        == the same words and calls that bring nothing | monologue | L=40
        read_file path=a0 => A
        read_file path=a1 => A
        read_file path=a2 => A
        -- stuck
        x40 "I will now carefully check the file once more." grep pattern=never{i} => no matches for never{i}
        == a circle of five reads | edit-free | L=10
        x5 read_file path=c{i} => C{i}
        -- stuck
        x20 {
        read_file path=c0 => C0
        read_file path=c1 => C1
        read_file path=c2 => C2
        read_file path=c3 => C3
        read_file path=c4 => C4
        }
        == searches that find nothing | edit-free
        -- stuck
        x60 grep pattern=gone{i} => no matches for gone{i}
        == the same write again and again | no-change
        write_file path=a content=x => wrote ~a:x
        -- stuck
        x40 write_file path=a content=x => no change: a already has exactly this content
        == edits that are put back in turn | no-change
        write_file path=a content=1 => wrote ~a:1
        write_file path=a content=2 => wrote ~a:2
        -- stuck
        x30 {
        str_replace path=a old_string=2 new_string=1 => edited ~a:1
        str_replace path=a old_string=1 new_string=2 => edited ~a:2
        }
        == a shell write that is repeated | same-result
        bash $ mkdir -p out =>
        -- stuck
        x40 bash $ mkdir -p out =>
        """;

    /// <summary>All rows.</summary>
    internal static IReadOnlyList<StuckRun> All { get; } =
        [.. Table.Split("== ", StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    private static StuckRun Parse(string row)
    {
        var lines = row.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var head = lines[0].Split('|', StringSplitOptions.TrimEntries);
        var settings = head.Skip(2).SelectMany(s => s.Split(' ')).Select(s => s.Split('=')).ToDictionary(s => s[0], s => int.Parse(s[1], null));
        var turns = new List<RunTurn>();
        var stuckFrom = 0;
        for (var at = 1; at < lines.Length; at++)
        {
            if (lines[at] == "-- stuck")
            {
                stuckFrom = turns.Count;
                continue;
            }

            var (times, rest) = Times(lines[at]);
            var block = rest == "{" ? lines.Skip(at + 1).TakeWhile(l => l != "}").ToArray() : [rest];
            at += rest == "{" ? block.Length + 1 : 0;
            turns.AddRange(Enumerable.Range(0, times).SelectMany(i => block.Select(l => Turn(l.Replace("{i}", $"{i}", StringComparison.Ordinal)))));
        }

        return new StuckRun(head[0], head[1], settings, turns, stuckFrom);
    }

    private static (int Times, string Line) Times(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return line[0] == 'x' && space > 0 && int.TryParse(line[1..space], out var times) ? (times, line[(space + 1)..]) : (1, line);
    }

    private static RunTurn Turn(string line)
    {
        var (words, prompt) = ("", 0L);
        if (line[0] == '@')
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            (prompt, line) = (long.Parse(line[1..space], null), line[(space + 1)..]);
        }

        if (line.StartsWith("say ", StringComparison.Ordinal))
        {
            return new RunTurn(line[4..], [], prompt);
        }

        if (line[0] == '"')
        {
            var end = line.IndexOf('"', 1);
            (words, line) = (line[1..end], line[(end + 2)..]);
        }

        return new RunTurn(words, [.. line.Split(" && ").Select(Call)], prompt);
    }

    private static RunCall Call(string text)
    {
        var at = Math.Max(text.IndexOf(" =>", StringComparison.Ordinal), text.IndexOf(" =!", StringComparison.Ordinal));
        var (asked, failed, result) = (text[..at], text[at + 2] == '!', text[(at + 3)..].Trim());
        var effect = result.LastIndexOf('~');
        var (path, content) = effect < 0 ? (null, "") : (result[(effect + 1)..].Split(':')[0], result[(effect + 1)..].Split(':')[1]);
        var tool = asked.Split(' ')[0];
        var arguments = new JsonObject();
        if (asked.Length > tool.Length + 3 && asked[tool.Length + 1] == '$')
        {
            arguments["command"] = asked[(tool.Length + 3)..];
        }
        else
        {
            foreach (var pair in asked.Split(' ').Skip(1).Select(p => p.Split('=', 2)))
            {
                arguments[pair[0]] = pair[1];
            }
        }

        return new RunCall(tool, arguments.ToJsonString(JsonSerializerOptions.Default), effect < 0 ? result : result[..effect].Trim(), failed, path, content);
    }
}

/// <summary>A row of the table.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Expected">"productive", or the detector that ends it.</param>
/// <param name="Settings">T and L: thresholds; soft and hard: caps.</param>
/// <param name="Turns">In order.</param>
/// <param name="StuckFrom">The turn from which it gets nowhere.</param>
internal sealed record StuckRun(string Name, string Expected, IReadOnlyDictionary<string, int> Settings, IReadOnlyList<RunTurn> Turns, int StuckFrom)
{
    public override string ToString() => $"{Name} ({Expected})";
}

/// <summary>An answer and what comes of its calls.</summary>
internal sealed record RunTurn(string Words, IReadOnlyList<RunCall> Calls, long Prompt);

/// <summary>A call with its result and the file that it leaves.</summary>
internal sealed record RunCall(string Tool, string Arguments, string Result, bool Failed, string? Path, string Content);
