using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Testing;

namespace Foreman.Primitives.Tests.Properties;

/// <summary>No input makes a reader of foreign text throw anything but its own exception, or take too long or too much.</summary>
[Trait("Kind", "2")]
public sealed class ForeignTextFuzzTests(ITestOutputHelper output)
{
    private static readonly byte[][] Json =
    [
        .. ((string[])
        [
            """{"object":"list","data":[{"id":"qwen3-8b","aliases":["q"],"meta":{"n_ctx":32768,"size":1.5e9}},{"id":"caf\ud83d\ude00"}]}""",
            """{"choices":[{"index":0,"delta":{"content":"h\u00e9llo \"quoted\" \\ back"},"finish_reason":null}],"usage":null}""",
            """[1,-2,3.5e-7,true,false,null,"",[],{}]""",
            "\uFEFF{\"a\":{\"b\":{\"c\":[[[\"deep\"]]]}}}",
            "\"just text\"",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void Foreign_json()
    {
        var limits = new ForeignJsonLimits { MaxBytes = 48 << 10, MaxDepth = 40, MaxValues = 5000 };
        Fuzz(new FuzzTarget("JSON", Json, input =>
        {
            var root = ForeignJson.Parse(input, limits);
            var walked = Walk(root);
            Assert.InRange(walked, 1, limits.MaxValues * 2);

            // What was accepted can be written and read again, by the strict readers too.
            using var written = new MemoryStream();
            using (var writer = new Utf8JsonWriter(written))
            {
                root.WriteTo(writer);
            }

            Assert.Equal(walked, Walk(JsonElement.Parse(written.ToArray())));
            _ = JsonNode.Parse(root.GetRawText());
        })
        { Allowed = [typeof(ForeignTextException)], MaxAllocatedBytes = 16 << 20 });
    }

    [Fact]
    public void Event_streams_do_not_depend_on_how_they_are_split()
    {
        byte[][] streams =
        [
            .. ((string[])
            [
                "data: {\"a\":1}\n\ndata: two\ndata: lines\n\n: comment\n\nevent: ping\ndata: x\n\ndata: [DONE]\n\n",
                "\uFEFFdata: a\r\n\r\ndata: b\r\rid: 7\nretry: 10\ndata\n\nerror: {\"code\":500}\n\n",
                "{\"error\":\"x\"}\n<html>\ndata: é\u2028\n\n",
            ]).Select(Encoding.UTF8.GetBytes),
        ];
        var mutator = new FuzzMutator(new Random(1), 1 << 16);
        Fuzz(new FuzzTarget("events", streams, input =>
        {
            var whole = Events([input]);
            Assert.Equal(whole, Events(mutator.Split(input)));
        })
        { Allowed = [typeof(ForeignTextException)], MaxAllocatedBytes = 64 << 20 });
    }

    [Fact]
    public void What_is_shown_steers_no_terminal_and_is_valid_text()
    {
        byte[][] texts = [.. ((string[])["plain", "grün 😀 \u202e \u001b[2J \n\t", "漢字"]).Select(Encoding.Unicode.GetBytes)];
        Fuzz(new FuzzTarget("printable", texts, input =>
        {
            // UTF-16, so that halves of pairs stand anywhere.
            var text = Encoding.Unicode.GetString(input.AsSpan(0, input.Length & ~1));
            var raw = string.Concat(Enumerable.Range(0, input.Length / 2).Select(i => (char)(input[2 * i] | (input[(2 * i) + 1] << 8))));
            foreach (var shown in (string[])[Printable.Line(raw), Printable.Line(text, 20), Printable.Text(raw[..Math.Min(raw.Length, 2000)]), Printable.CutToBytes(Printable.Line(raw), 7)])
            {
                Assert.DoesNotContain(shown, c => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is '\u202e' or '\u2066');
                Assert.Equal(shown, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shown)));
            }
        })
        { MaxInputBytes = 16 << 10 });
    }

    private void Fuzz(FuzzTarget target) => output.WriteLine($"{target.Name}: {Fuzzer.Run(target)}");

    private static int Walk(JsonElement value) => 1 + value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Sum(p => (p.Name.Length * 0) + Walk(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().Sum(Walk),
        JsonValueKind.String => value.GetString()!.Length * 0,
        _ => 0,
    };

    private static List<string> Events(IEnumerable<byte[]> parts)
    {
        var decoder = new EventStreamDecoder(40 << 10);
        var found = new List<string>();
        foreach (var part in parts)
        {
            decoder.Add(part);
        }

        decoder.End();
        while (decoder.TryRead(out var item))
        {
            found.Add($"{item.Type}|{Convert.ToHexString(item.Data.Span)}");
        }

        return found;
    }
}
