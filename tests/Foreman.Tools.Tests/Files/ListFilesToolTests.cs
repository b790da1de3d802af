namespace Foreman.Tools.Tests.Files;

public sealed class ListFilesToolTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public void Files_are_listed_in_order_without_git_and_links()
    {
        _tools.Write("b.txt", "");
        _tools.Write("a/c.txt", "");
        _tools.Write(".git/config", "");
        File.CreateSymbolicLink(Path.Combine(_tools.Folder, "link"), "/etc");

        Assert.Equal("a/\na/c.txt\nb.txt", _tools.Call("list_files", "{}").Text);
        Assert.Equal("a/\nb.txt", _tools.Call("list_files", """{"recursive":false}""").Text);
        Assert.Equal("error: `a/c.txt` is a file, not a directory", _tools.Call("list_files", """{"path":"a/c.txt"}""").Text);
    }
}
