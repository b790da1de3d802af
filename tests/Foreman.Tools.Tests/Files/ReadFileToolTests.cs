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
}
