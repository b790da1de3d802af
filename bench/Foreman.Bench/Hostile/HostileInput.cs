using System.Text;
using System.Text.Json;

namespace Foreman.Bench.Hostile;

/// <summary>One answer of a model server.</summary>
/// <param name="Write">Writes its stream.</param>
/// <param name="Expects">What the results of its tool calls must hold, or the input does not do what it is for; null where any will do.</param>
internal sealed record HostileAnswer(Func<Stream, Task> Write, string? Expects = null);

/// <summary>What a model server of the bench says to an agent.</summary>
/// <param name="Name">For the table.</param>
internal sealed record HostileInput(string Name)
{
    private const string Path = "a.txt";

    /// <summary>The answers in order; after them, the run is ended.</summary>
    public IReadOnlyList<HostileAnswer> Answers { get; init; } = [];

    /// <summary>The body of <c>/v1/models</c>.</summary>
    public string Models { get; init; } = """{"object":"list","data":[{"id":"hostile","object":"model"}]}""";

    /// <summary>True when a task is run; false when the agent only probes the server.</summary>
    public bool RunsTask { get; init; } = true;

    /// <summary>How the task must end, verdict and failure reason; null where any end will do.</summary>
    public string? Ends { get; init; }

    /// <summary>So many of the expected results come before that end; null for all.</summary>
    public int? Held { get; init; }

    /// <summary>Why an end is not the one that the input is for; null when it is.</summary>
    public string? FailureOf(string end) => Ends is null || end == Ends ? null : $"the run ended {end}, not {Ends}";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostileInput> All { get; } =
    [
        new("a quiet run") { Answers = [] },
        new("a pattern that explodes, refused")
        {
            Answers = [.. File('a', 1, Repeat("b", 1000)), new(Calls(("grep", Json(("pattern", "(a|b)*a(a|b){990}c")))), "pattern is too large")],
        },
        new("the largest pattern on one line of 4 MB") { Answers = [.. File('a', 2000, Repeat("ab", 1000)), Grep()] },
        new("the largest pattern on 4 MB of long lines") { Answers = [.. File('a', 2000, Repeat("ab", 999) + "\n"), Grep()] },
        new("str_replace in 2 million lines")
        {
            Answers =
            [
                .. File('n', 2000, Repeat("a\n", 1000)),
                new(Calls(("str_replace", Json(("path", "a.txt"), ("old_string", "a\nb\n" + Repeat("a\n", 50)), ("new_string", "c")))), "old_string does not occur"),
            ],
        },
        new("near match over 30,000 lines")
        {
            Answers =
            [
                .. File('L', 3000, Repeat("if (value == other) { return compute(value, other, 12345); } // and some more of the same text\n", 10)),
                new(
                    Calls(("str_replace", Json(("path", "a.txt"), ("old_string", Repeat("if (value == another) { return compute(value, other, 12345); } // and more of the text\n", 60)), ("new_string", "c")))),
                    "old_string does not occur"),
            ],
        },
        new("an event of 200 MB") { Answers = [new(stream => Fill(stream, "data: ", 200))] },
        new("200 MB of arguments in small events") { Answers = [new(stream => FillArguments(stream, 200))] },
        new("a list of models of 3 MB") { Models = ManyModels(), RunsTask = false },
        new("JSON 100,000 deep") { Answers = [new(Calls(("submit_result", Deep(100_000))), "error"), new(Calls(("write_file", Deep(100_000))), "error")] },
        new("a result 61 deep") { Answers = [new(Calls(("submit_result", $$"""{"verdict":"GO","summary":"s","commit_message":"","extra":{{Deep(60)}}}""")), "error")] },
        new("a result of raw control characters")
        {
            Answers =
            [
                new(Calls(("submit_result", ControlCharacters(20 << 20))), "error"),
                new(Calls(("write_file", $$"""{"path":"b.txt","content":"{{Repeat("\u0001\u001b\t\n", 1 << 18)}}"}"""))),
            ],
        },
        new("160 MB of changed files, more than a transcript holds")
        {
            Ends = "INCOMPLETE TranscriptFull",
            Held = 14,
            Answers =
            [
                .. File('a', 1000, "<0>" + Repeat("x", 3900) + "\n"),
                .. Enumerable.Range(1, 40).Select(i => Edited(("old_string", $"<{i - 1}>"), ("new_string", $"<{i}>"), ("expected_replacements", 1000)))
            ],
        },
    ];

    /// <summary>A streamed answer of some calls.</summary>
    public static Func<Stream, Task> Calls(params (string Tool, string Arguments)[] calls) => async stream =>
    {
        for (var i = 0; i < calls.Length; i++)
        {
            await EventAsync(stream, $$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":{{{i}}},"id":"c{{{i}}}","type":"function","function":{"name":"{{{calls[i].Tool}}}","arguments":""}}]}}]}""");
            foreach (var part in calls[i].Arguments.Chunk(32 * 1024))
            {
                await ArgumentsAsync(stream, i, new string(part));
            }
        }

        await EventAsync(stream, """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":100,"completion_tokens":10}}""");
        await EventAsync(stream, "[DONE]");
    };

    private static Task ArgumentsAsync(Stream stream, int index, string text) =>
        EventAsync(stream, $$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":{{{index}}},"function":{"arguments":"{{{JsonEncodedText.Encode(text)}}}"}}]}}]}""");

    private static async Task EventAsync(Stream stream, string data) => await stream.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"));

    private static async Task Fill(Stream stream, string start, int megabytes)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(start));
        var part = Encoding.UTF8.GetBytes(Repeat("x", 1 << 20));
        for (var i = 0; i < megabytes; i++)
        {
            await stream.WriteAsync(part);
        }
    }

    private static async Task FillArguments(Stream stream, int megabytes)
    {
        await EventAsync(stream, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c0","type":"function","function":{"name":"write_file","arguments":""}}]}}]}""");
        var part = Repeat("x", 64 * 1024);
        for (var i = 0; i < megabytes * 16; i++)
        {
            await ArgumentsAsync(stream, 0, part);
        }
    }

    // A file of megabytes, made by two calls of kilobytes.
    private static IEnumerable<HostileAnswer> File(char letter, int times, string by) =>
    [
        new(Calls(("write_file", Json(("path", Path), ("content", new string(letter, times))))), Path),
        Edited(("old_string", letter.ToString()), ("new_string", by), ("expected_replacements", times)),
    ];

    private static HostileAnswer Edited(params (string Name, object Value)[] fields) => new(Calls(("str_replace", Json([("path", Path), .. fields]))), "edited " + Path);

    // As many parts as a pattern may have, in a shape that keeps many states alive.
    private static HostileAnswer Grep() => new(Calls(("grep", Json(("pattern", "(a|b)*a(a|b){190}c")))), "no matches");

    private static string Json(params (string Name, object Value)[] fields) =>
        "{" + string.Join(',', fields.Select(f => $"\"{f.Name}\":{(f.Value is string text ? $"\"{JsonEncodedText.Encode(text)}\"" : f.Value)}")) + "}";

    // JSON but for its strings, which hold characters that must be escaped there.
    private static string ControlCharacters(int length) => $$$"""{"verdict":"GO","summary":"s","commit_message":"","extra":{"text":"{{{Repeat("\u0001\u001b\t\n", length / 4)}}}"}}""";

    private static string Deep(int depth) => Repeat("{\"a\":", depth) + "1" + Repeat("}", depth);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string ManyModels()
    {
        var models = Enumerable.Range(0, 30_000).Select(i => $$"""{"id":"model-{{i}}-{{new string('x', 40)}}","object":"model","owned_by":"someone"}""");
        return $$"""{"object":"list","data":[{{string.Join(',', models)}}]}""";
    }
}
