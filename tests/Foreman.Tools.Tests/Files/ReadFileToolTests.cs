using Foreman.Tools.Files;

namespace Foreman.Tools.Tests.Files;

public sealed class ReadFileToolTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public void A_file_is_read_with_its_number_of_lines()
    {
        _tools.Write("a.txt", "one\ntwo\nthree\n");

        Assert.Equal("one\ntwo\nthree\n[total_lines: 3]", _tools.Call("read_file", """{"path":"a.txt"}""").Text);
        Assert.Equal("two\n[total_lines: 3; shown: 2 to 2]", _tools.Call("read_file", """{"path":"a.txt","offset":2,"limit":1}""").Text);
        Assert.Contains("after the end", _tools.Call("read_file", """{"path":"a.txt","offset":9}""").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_file_is_read_in_parts_of_16_KiB()
    {
        _tools.Write("a.txt", string.Concat(Enumerable.Range(1, 5000).Select(i => $"{i:D9}\n")));

        var text = _tools.Call("read_file", """{"path":"a.txt"}""").Text;

        Assert.EndsWith("000001638\n[total_lines: 5000; shown: 1 to 1638]", text, StringComparison.Ordinal);
        Assert.StartsWith("000001639\n", _tools.Call("read_file", """{"path":"a.txt","offset":1639}""").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_binary_file_is_not_shown()
    {
        File.WriteAllBytes(Path.Combine(_tools.Folder, "a.bin"), [0, 1, 2, 255]);

        Assert.Contains("binary file of 4 bytes", _tools.Call("read_file", """{"path":"a.bin"}""").Text, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "3")]
    [InlineData("", """{"path":"a.txt"}""", "\n[total_lines: 0]")]
    [InlineData("", """{"path":"a.txt","offset":2}""", "error: offset 2 is after the end of `a.txt`; total_lines: 0")]
    [InlineData("one", """{"path":"a.txt"}""", "one\n[total_lines: 1]")]
    [InlineData("\n\n", """{"path":"a.txt"}""", "\n\n[total_lines: 2]")]
    [InlineData("\uFEFFone\r\ntwo\r\n", """{"path":"a.txt"}""", "one\ntwo\n[total_lines: 2]")]
    [InlineData("one\ntwo\nthree", """{"path":"a.txt","limit":2}""", "one\ntwo\n[total_lines: 3; shown: 1 to 2]")]
    [InlineData("one\ntwo\nthree", """{"path":"a.txt","offset":3}""", "three\n[total_lines: 3; shown: 3 to 3]")]
    public void The_lines_are_those_of_the_file(string content, string arguments, string expected)
    {
        _tools.Write("a.txt", "");
        _tools.WriteBytes("a.txt", System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Equal(expected, _tools.Call("read_file", arguments).Text);
    }

    [Fact]
    [Trait("Kind", "3")]
    public void A_line_of_any_length_is_cut_and_the_next_one_can_be_read()
    {
        _tools.Write("a.txt", new string('€', 10_000_000) + "\nnext\n");

        var text = _tools.Call("read_file", """{"path":"a.txt"}""").Text;

        Assert.Equal(new string('€', ReadFileTool.MaxBytes / 3) + " [line cut]\n[total_lines: 2; shown: 1 to 1]", text);
        Assert.Equal("next\n[total_lines: 2; shown: 2 to 2]", _tools.Call("read_file", """{"path":"a.txt","offset":2}""").Text);
    }

    [Fact]
    [Trait("Kind", "3")]
    public void The_lines_of_a_very_large_file_are_not_all_counted()
    {
        _ = _tools.WriteRepeated("a.txt", new string('x', 99) + "\n", 80_000_000);

        Assert.Matches(@"\[total_lines: more than 67\d{4}; shown: 1 to 163\]$", _tools.Call("read_file", """{"path":"a.txt"}""").Text);
        Assert.EndsWith("[total_lines: 800000; shown: 799999 to 800000]", _tools.Call("read_file", """{"path":"a.txt","offset":799999}""").Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "2")]
    public void Bytes_that_are_not_UTF_8_are_shown_as_such()
    {
        _tools.WriteBytes("a.txt", [.. "caf"u8, 0xE9, .. "\n"u8]);

        Assert.Equal("caf\uFFFD\n[total_lines: 1; U+FFFD stands for bytes that are not UTF-8]", _tools.Call("read_file", """{"path":"a.txt"}""").Text);
    }

    [Fact]
    [Trait("Kind", "11")]
    public void A_file_in_UTF_16_is_named_as_such()
    {
        _tools.WriteBytes("a.txt", System.Text.Encoding.Unicode.GetPreamble().Concat(System.Text.Encoding.Unicode.GetBytes("one\n")).ToArray());

        Assert.Contains("is UTF-16 text", _tools.Call("read_file", """{"path":"a.txt"}""").Text, StringComparison.Ordinal);
        Assert.Contains("is UTF-16 text", _tools.Replace("a.txt", "one", "two").Text, StringComparison.Ordinal);
    }
}
