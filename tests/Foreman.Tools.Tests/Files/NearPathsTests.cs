namespace Foreman.Tools.Tests.Files;

public sealed class NearPathsTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("util.py", "error: `util.py` does not exist; did you mean `src/util.py`?")]
    [InlineData("lib/Util.py", "error: `lib/Util.py` does not exist; did you mean `src/util.py`?")]
    [InlineData("src/utils.py", "error: `src/utils.py` does not exist; did you mean `src/util.py`?")]
    [InlineData("README", "error: `README` does not exist")]
    [InlineData("main.c", "error: `main.c` does not exist; did you mean `a/main.c` or `b/main.c` or `c/main.c`?")]
    public void A_path_that_does_not_exist_is_answered_with_what_it_may_mean(string path, string expected)
    {
        foreach (var file in (string[])["src/util.py", "a/main.c", "b/main.c", "c/main.c", "d/main.c", "notes.txt"])
        {
            _tools.Write(file, "x = 1\n");
        }

        Assert.Equal(expected, _tools.Call("read_file", $$"""{"path":"{{path}}"}""").Text);
        Assert.Equal(expected, _tools.Replace(path, "x = 1", "x = 2").Text);
    }

    [Fact]
    public void It_can_be_left_out()
    {
        using var tools = new ToolHarness(settings: new ToolSettings(TimeSpan.FromSeconds(30)) { Defences = ToolDefences.All with { NamesNearPaths = false } });
        tools.Write("src/util.py", "x = 1\n");

        Assert.Equal("error: `util.py` does not exist", tools.Call("read_file", """{"path":"util.py"}""").Text);
    }
}
