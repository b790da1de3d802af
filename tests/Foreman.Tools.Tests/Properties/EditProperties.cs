using System.Text;
using Foreman.Tools.Files;

namespace Foreman.Tools.Tests.Properties;

/// <summary>What holds for every edit of every file.</summary>
[Trait("Kind", "11")]
public sealed class EditProperties
{
    private static readonly string[] Pieces = ["a", "b", "ab", "ü", "€", "  ", "\t", "    ", "\n", "\r\n", "\r", "x", "}", "{", "foo()", "\n\n", "\uFEFF"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_byte_outside_the_places_of_an_edit_changes(int seed)
    {
        var random = new Random(seed);
        var edits = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var file = Encoding.UTF8.GetBytes(Text(random, 30));
            var oldText = random.Next(3) > 0 ? Part(random, file) : Text(random, 6);
            var edit = EditTexts.Of(Varied(random, oldText), Text(random, 6));
            if (edit.Old.Length == 0)
            {
                continue;
            }

            var match = EditMatcher.Find(file, edit, 1000, ToolHarness.Unlimited);
            var after = EditWriter.Write(file, edit, match.Places, 1 << 20, ToolHarness.Unlimited);

            edits += match.Found > 0 ? 1 : 0;
            AssertOutsideIsSame(file, after, match);
        }

        Assert.InRange(edits, 5000, 20_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Line_ends_and_the_byte_order_mark_stay_one_kind(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++)
        {
            var crlf = random.Next(2) == 0;
            var lines = Enumerable.Range(0, random.Next(2, 12)).Select(n => $"{new string(' ', random.Next(4))}line {(char)('a' + n)}").ToArray();
            var final = random.Next(2) == 0;
            var mark = random.Next(2) == 0 ? "\uFEFF" : "";
            var file = Encoding.UTF8.GetBytes(mark + string.Join(crlf ? "\r\n" : "\n", lines) + (final ? crlf ? "\r\n" : "\n" : ""));
            var from = random.Next(lines.Length);
            var taken = lines.Skip(from).Take(random.Next(1, 4));
            var edit = EditTexts.Of(string.Join('\n', taken) + (random.Next(2) == 0 ? "\n" : ""), "new 1\nnew 2" + (random.Next(2) == 0 ? "\n" : ""));

            var match = EditMatcher.Find(file, edit, 1, ToolHarness.Unlimited);
            var after = Encoding.UTF8.GetString(EditWriter.Write(file, edit, match.Places, 1 << 20, ToolHarness.Unlimited));

            Assert.Equal(1, match.Found);
            Assert.Equal(mark.Length > 0, after.StartsWith('\uFEFF'));
            Assert.Equal(final, after.EndsWith('\n'));
            Assert.Equal(crlf ? after.Count(c => c == '\n') : 0, after.Count(c => c == '\r'));
        }
    }

    private static void AssertOutsideIsSame(byte[] file, byte[] after, EditMatch match)
    {
        if (match.Found == 0)
        {
            Assert.Equal(file, after);
            return;
        }

        var places = match.Places;
        var head = places[0].Start;
        Assert.Equal(file[..head], after[..head]);

        // Lines that are removed whole go with their ends, which lie behind the last place.
        var end = places[^1].WholeLines && file.AsSpan(places[^1].End).IndexOf((byte)'\n') is >= 0 and var at ? places[^1].End + at + 1 : places[^1].End;
        ReadOnlySpan<byte> tail = file.AsSpan(end);
        Assert.True(after.AsSpan().EndsWith(tail));
        var position = 0;
        for (var i = 0; i + 1 < places.Count; i++)
        {
            Assert.True(places[i].End <= places[i + 1].Start);
            ReadOnlySpan<byte> between = file.AsSpan(places[i].End, places[i + 1].Start - places[i].End).Trim("\r\n"u8);
            var found = after.AsSpan(position).IndexOf(between);
            Assert.True(found >= 0);
            position += found + between.Length;
        }
    }

    private static string Text(Random random, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Part(Random random, byte[] file)
    {
        var text = Encoding.UTF8.GetString(file);
        var start = random.Next(text.Length);
        return text.Substring(start, random.Next(1, Math.Min(20, text.Length - start + 1)));
    }

    private static string Varied(Random random, string text) => random.Next(5) switch
    {
        0 => text.Replace("\r\n", "\n", StringComparison.Ordinal),
        1 => text.Replace("\t", "    ", StringComparison.Ordinal),
        2 => text.TrimEnd() + "\n",
        _ => text,
    };
}
