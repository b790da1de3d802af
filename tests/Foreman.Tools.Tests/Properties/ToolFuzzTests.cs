using System.Text;
using System.Text.RegularExpressions;
using Foreman.Testing;
using Foreman.Tools.Files;
using Foreman.Tools.Images;
using Foreman.Tools.Tests.Images;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Properties;

/// <summary>Mutated patterns, texts and files: each is answered in time and with its own kind of error.</summary>
[Trait("Kind", "3")]
public sealed class ToolFuzzTests
{
    private const byte Separator = 0x1E;

    [Fact]
    public void Any_pattern_is_refused_or_answered_in_time()
    {
        var line = string.Concat(Enumerable.Range(0, 2000).Select(i => "abAB x=(1)"[i * 7 % 10]));
        string[] patterns =
        [
            "(a|b)*a(a|b){100}c", "((a|b){1,10}){1,10}c", "(a?b?){60}c", @"\b[A-Z]\w+(?:<[^>]+>)?\s*\(", "(?i)error|warn(ing)?", "[^]a-z-[aeiou]]{2,9}$", @"\p{Lu}{3}|\x41|\u0042",
            "(a|(a|(a|b)*)*)*c", "((a*b*)*(b*a*)*)*c", "(?x) a {3} # b", "^(?:a+){3,}?$",
        ];

        Fuzzer.Run(new FuzzTarget("pattern", [.. patterns.Select(p => Encoding.UTF8.GetBytes(p))], input => _ = GrepPattern.Of(Encoding.UTF8.GetString(input)).IsMatch(line))
        {
            Allowed = [typeof(ToolArgumentException), typeof(RegexMatchTimeoutException)],
            MaxInputBytes = 400,
            MaxAllocatedBytes = 2L << 30,
            MaxTime = TimeSpan.FromSeconds(5),
        });
    }

    [Fact]
    public void Any_edit_of_any_file_is_found_or_missed()
    {
        string[] edits = ["one\r\ntwo\r\n|one\ntwo|1\n2", "\tif a:\n\t\tb\n|    if a:\n        b\n|    c\n", "x x x|x|y", "\uFEFFa\n|a|b", "a  \nb|a\nb|", "\n\n\n|\n|\r\n"];

        Fuzzer.Run(new FuzzTarget("edit", [.. edits.Select(e => Encoding.UTF8.GetBytes(e.Replace('|', (char)Separator)))], Edit)
        {
            Allowed = [typeof(WorkspaceException)],
            MaxInputBytes = 32 << 10,
            MaxTime = TimeSpan.FromSeconds(2),
        });
    }

    [Fact]
    public void Any_bytes_can_be_read_and_searched()
    {
        using var folder = new TempFolder();
        using var workspace = Workspace.Open(folder.Path);
        var path = WorkspacePath.Parse("a.txt");
        byte[][] files = ["one\ntwo\r\n"u8.ToArray(), [0xFF, 0xFE, 0x61, 0x00], [.. "caf"u8, 0xE9, 0x0A], [.. Enumerable.Repeat((byte)'x', 70_000)], "\uFEFF\u202e\n"u8.ToArray()];

        Fuzzer.Run(new FuzzTarget("file", files, input =>
        {
            workspace.Write(path, input);
            using var file = workspace.OpenRead(path);
            var lines = new LineReader(file, 4096, ToolHarness.Unlimited);
            while (lines.Next())
            {
                _ = TextFile.Decode(lines.Line, lines.IsCut);
            }

            var search = new GrepSearch(workspace, GrepPattern.Of("[a-c]x?"), (200, 40), ToolHarness.Unlimited);
            _ = search.Add(path);
            _ = search.Report("[a-c]x?", "");
        })
        {
            MaxInputBytes = 128 << 10,
            MaxTime = TimeSpan.FromSeconds(5),
        });
    }

    [Fact]
    public void Any_bytes_are_an_image_with_a_size_or_none()
    {
        byte[][] pictures =
        [
            Convert.FromBase64String(Samples.Png), Convert.FromBase64String(Samples.Gif),
            Convert.FromBase64String("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"),
            [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x04, 1, 2, 0xFF, 0xDB, 0x00, 0x03, 1, 0xFF, 0xC0, 0x00, 0x0B, 0x08, 0x01, 0xE0, 0x02, 0x80, 0x01, 0x11, 0x00, 0x00],
        ];

        Fuzzer.Run(new FuzzTarget("image", pictures, input =>
        {
            var (image, problem) = ToolImage.Of(input, 4096);
            Assert.True(image is null ? problem is not null : image.Width is > 0 and <= ToolImage.MaxSide && image.Height is > 0 and <= ToolImage.MaxSide);
        })
        {
            MaxInputBytes = 8 << 10,
            MaxTime = TimeSpan.FromSeconds(1),
        });
    }

    private static void Edit(byte[] input)
    {
        var first = Array.IndexOf(input, Separator);
        var second = first < 0 ? -1 : Array.IndexOf(input, Separator, first + 1);
        if (second < 0)
        {
            return;
        }

        var file = input[..first];
        var edit = EditTexts.Of(Encoding.UTF8.GetString(input.AsSpan((first + 1)..second)), Encoding.UTF8.GetString(input.AsSpan((second + 1)..)));
        if (edit.Old.Length == 0)
        {
            return;
        }

        var match = EditMatcher.Find(file, edit, 100, ToolHarness.Unlimited);
        _ = EditWriter.Write(file, edit, match.Places, 4 << 20, ToolHarness.Unlimited);
        var (start, end) = NearestLines.Find(file, edit.Old, ToolHarness.Unlimited);
        _ = NearestLines.Numbered(file, start, end, 16 << 10);
    }
}
